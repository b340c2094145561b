from django.urls import URLPattern, path

from monitoring.consumers import ChatConsumer, DashboardConsumer, LiveConsumer

urlpatterns: list[URLPattern] = [
    path("ws/engine/", LiveConsumer.as_asgi()),
    path("ws/dashboard/", DashboardConsumer.as_asgi()),
    path("ws/chats/<int:pk>/", ChatConsumer.as_asgi()),
]
