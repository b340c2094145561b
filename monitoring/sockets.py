from typing import Any

from django.urls import path

from monitoring.consumers import ApprovalsConsumer, ChatConsumer, DashboardConsumer, LiveConsumer

# Channels routes consumers with Django's `path`, whose types know only views.
urlpatterns: list[Any] = [
    path("ws/engine/", LiveConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/approvals/", ApprovalsConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/dashboard/", DashboardConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/chats/<int:pk>/", ChatConsumer.as_asgi()),  # type: ignore[arg-type]
]
