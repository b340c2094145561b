from typing import Any

from django.urls import path

from monitoring.consumers import ApprovalsConsumer, BoardConsumer, ChatConsumer, LiveConsumer

# Channels routes consumers with Django's `path`, whose types know only views.
urlpatterns: list[Any] = [
    path("ws/engine/", LiveConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/approvals/", ApprovalsConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/boards/<slug:name>/", BoardConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/boards/<slug:name>/<int:pk>/", BoardConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/chats/<int:pk>/", ChatConsumer.as_asgi()),  # type: ignore[arg-type]
]
