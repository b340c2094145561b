"""The demo: what an empty Kulis shows a newcomer. A cast, a room, a voice that needs no provider, and the switch on."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from bots import audit, roster
from bots.exchange import document, reading
from bots.models import Bot
from conversations import control, providers, rehearsal
from conversations.engine import guard
from conversations.models import Chat, Provider

CAST = Path(__file__).resolve().parent.parent / "bots" / "casts" / "demo.json"
TOPICS = ("BIST", "Dolar", "Altın", "Faiz", "Enflasyon", "Kripto", "Temettü", "Bankalar", "Teknik analiz", "Enerji")


@transaction.atomic
def stage(*, by: audit.Actor) -> Chat | None:
    """Set the demo up in an empty system. None when there is anything already: a demo never adds to real work."""
    if Chat.objects.exists() or Bot.objects.exists():
        return None
    paper = document.read(CAST.read_bytes())
    cast = roster.enrol_all(reading.bots(paper, check=guard.persona), by=by)
    if not Provider.objects.exists():
        providers.add(
            _("Offline voice"),
            base_url="",
            model="kulis-offline-1",
            priority=100,
            kind=Provider.Kind.OFFLINE,
            trusted=True,
            by=by,
        )
    room = rehearsal.open_room(_("Rehearsal room"), members=cast, topics=TOPICS, by=by)
    control.start(by=by, reason=_("Demo"))
    return room
