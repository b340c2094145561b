"""Reader: which incidents a person may see: of the house, of one's own chats and their bots; money by its right."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from bots.models import Bot
from conversations import remits
from monitoring import access
from monitoring.incidents.kinds import SPECS
from monitoring.incidents.models import Incident

OF_MONEY = [kind for kind, spec in SPECS.items() if spec.is_money]


def of(viewer: User) -> "QuerySet[Incident]":
    rows = Incident.objects.all()
    if not access.may(viewer, access.COST):
        rows = rows.exclude(kind__in=OF_MONEY)
    mine = remits.ids(viewer)
    if mine is None:
        return rows
    bots = Bot.objects.filter(memberships__chat__in=mine, memberships__ended_at=None).values("pk")
    return rows.filter(Q(chat__in=mine) | Q(chat=None) & (Q(bot=None) | Q(bot__in=bots)))


def waiting(viewer: User) -> "QuerySet[Incident]":
    """Open, not silenced, taken on by nobody: what the badge counts."""
    return of(viewer).filter(closed_at=None, silenced_until=None, acknowledged_at=None)
