from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from monitoring import api

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("status/", api.Status.as_view(), name="api-status"),
    path("chats/", api.Chats.as_view(), name="api-chats"),
    path("chats/<int:pk>/messages/", api.Messages.as_view(), name="api-messages"),
    path("chats/<int:pk>/pause/", api.Pause.as_view(), name="api-chat-pause"),
    path("audit/", api.Audit.as_view(), name="api-audit"),
    path("turns/<int:pk>/", api.OneTurn.as_view(), name="api-turn"),
    path("turns/<int:pk>/delivered/", api.Delivered.as_view(), name="api-turn-delivered"),
    path("turns/<int:pk>/approve/", api.Approve.as_view(), name="api-turn-approve"),
    path("turns/<int:pk>/reject/", api.Reject.as_view(), name="api-turn-reject"),
    path("turns/<int:pk>/retry/", api.Retry.as_view(), name="api-turn-retry"),
    path("turns/<int:pk>/again/", api.Again.as_view(), name="api-turn-again"),
    path("turns/<int:pk>/reword/", api.Reword.as_view(), name="api-turn-reword"),
    path("engine/start/", api.Start.as_view(), name="api-engine-start"),
    path("engine/stop/", api.Stop.as_view(), name="api-engine-stop"),
]
