"""What a message is besides its words. Pure."""

from typing import Any

from conversations.models import Message

_KINDS = (
    ("animation", Message.Kind.ANIMATION),  # comes with a document, too
    ("photo", Message.Kind.PHOTO),
    ("video", Message.Kind.VIDEO),
    ("sticker", Message.Kind.STICKER),
    ("voice", Message.Kind.VOICE),
    ("audio", Message.Kind.AUDIO),
    ("video_note", Message.Kind.VIDEO_NOTE),
    ("document", Message.Kind.DOCUMENT),
    ("poll", Message.Kind.POLL),
    ("venue", Message.Kind.LOCATION),
    ("location", Message.Kind.LOCATION),
    ("contact", Message.Kind.CONTACT),
    ("dice", Message.Kind.DICE),
    ("game", Message.Kind.OTHER),
    ("paid_media", Message.Kind.OTHER),
    ("checklist", Message.Kind.OTHER),
    ("story", Message.Kind.STORY),
)


def of(data: dict[str, Any]) -> Message.Kind | None:
    """None for what nobody said: a service message."""
    if data.get("text"):
        return Message.Kind.TEXT
    return next((kind for name, kind in _KINDS if data.get(name)), Message.Kind.TEXT if data.get("caption") else None)
