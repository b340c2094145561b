"""What is left to do for somebody of a role, read from how things are, in one query: nobody ticks anything."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from bots import trail
from bots.models import AuditEntry, Bot
from conversations.models import Budget, Chat, Engine, Message, Steward, Turn
from monitoring import access, attention, people
from monitoring.founding import progress
from monitoring.grants import Role
from monitoring.reasons import Words

_LATELY = timedelta(days=1)
_BACKUP_EVERY = timedelta(days=7)
_FEW_CODES = 3
_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Item:
    title: Words
    todo: Words
    """How it gets done."""
    address: str
    done: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    role: Words
    items: tuple[Item, ...]

    @property
    def left(self) -> list[Item]:
        return [item for item in self.items if not item.done]

    @property
    def done(self) -> list[Item]:
        return [item for item in self.items if item.done]


@dataclass(frozen=True, slots=True)
class _Wish:
    """Rows that should be there, or should not."""

    title: Words
    todo: Words
    address: str
    rows: "QuerySet[Any]"
    there: bool = True


def of(user: User) -> Checklist | None:
    """None for guests and for accounts without a role."""
    role = Role.ADMIN if user.is_superuser else None if access.is_guest(user) else people.role_of(user)
    if role is None:
        return None
    wishes = list(_admin(user) if role is Role.ADMIN else _OF[role]())
    asked = {f"has_{at}": Exists(wish.rows) for at, wish in enumerate(wishes)}
    has: Any = User.objects.filter(pk=user.pk).values(**asked)[0]
    items = [
        Item(wish.title, wish.todo, wish.address, done=has[f"has_{at}"] is wish.there) for at, wish in enumerate(wishes)
    ]
    return Checklist(role.label, (*items, *(_trail() if role is Role.AUDITOR else ())))


def _admin(user: User) -> Iterator[_Wish]:
    yield _Wish(
        _("A second person is an admin"), _("Add one, so that nobody is locked out when your phone is lost."),
        reverse("admin:auth_user_changelist"),
        rows=User.objects.filter(is_active=True, is_staff=True, is_superuser=True).exclude(pk=user.pk),
    )  # fmt: skip
    yield _Wish(
        _("Your recovery codes are at hand"), _("Few are left, or none: make new ones and print them."),
        reverse("second-factor"),
        rows=StaticToken.objects.filter(device__user=user).order_by("pk")[_FEW_CODES - 1 : _FEW_CODES],
    )  # fmt: skip
    yield _Wish(
        _("A language model finds the words"), _("Only the offline voice speaks. Add a provider."),
        reverse("admin:conversations_provider_changelist"), rows=progress.voices(),
    )  # fmt: skip
    yield _Wish(
        _("A budget limits what is spent"), _("Nothing limits it. Set a budget for the whole cast."),
        reverse("admin:conversations_budget_changelist"), rows=Budget.objects.all(),
    )  # fmt: skip
    yield _Wish(
        _("Bots have tokens that work"), _("Give your bots their tokens from @BotFather."),
        reverse("admin:bots_bot_changelist"), rows=Bot.objects.active().filter(token_state=Bot.Token.HEALTHY),
    )  # fmt: skip
    yield _Wish(
        _("A group was told, and may hear the cast"),
        _("Open the page of your group and press “Disclose and go live”."),
        f"{reverse('admin:conversations_chat_changelist')}?kind__exact={Chat.Kind.TELEGRAM}",
        rows=Chat.objects.talking().filter(kind=Chat.Kind.TELEGRAM),
    )
    yield _Wish(
        _("Somebody can stop the cast by Telegram"), _("Name a steward, who proves with a code who they are."),
        reverse("admin:conversations_steward_changelist"), rows=Steward.objects.filter(bound_at__isnull=False),
    )  # fmt: skip
    yield _Wish(
        _("There is a backup of this week"), _("Ask whoever runs the machines for one: `manage.py backup FILE`."),
        f"{reverse('help-doctor')}#line-backup",
        rows=AuditEntry.objects.filter(action="backup.take", at__gt=timezone.now() - _BACKUP_EVERY),
    )  # fmt: skip


def _operator() -> Iterator[_Wish]:
    now = timezone.now()
    yield _Wish(
        _("The engine runs"), _("It is stopped, so no bot speaks. An admin starts it again."),
        reverse("dashboard"), rows=Engine.objects.filter(running=True),
    )  # fmt: skip
    yield _Wish(
        _("Nothing waits for a yes"), _("Decide about what is held, before its time is over."),
        reverse("approvals"), rows=Turn.objects.filter(state=Turn.State.HELD),
        there=False,
    )  # fmt: skip
    yield _Wish(
        _("Nothing is in doubt"), _("Look into the chat, then say whether the message stands there."),
        reverse("attention"), rows=attention.doubtful(now),
        there=False,
    )  # fmt: skip
    yield _Wish(
        _("No token was refused"), _("Tell an admin, who gives the bot a new token."),
        f"{reverse('admin:bots_bot_changelist')}?token_state__exact={Bot.Token.DEAD}",
        rows=Bot.objects.active().filter(token_state=Bot.Token.DEAD),
        there=False,
    )  # fmt: skip
    yield _Wish(
        _("The cast was rehearsed today"), _("Ask it something in a rehearsal room, above all after a change."),
        reverse("first-room"),
        rows=Message.objects.filter(chat__kind=Chat.Kind.REHEARSAL, said_at__gt=now - _LATELY),
    )  # fmt: skip


def _analyst() -> Iterator[_Wish]:
    now = timezone.now()
    yield _Wish(
        _("The cast talked today"), _("Nothing was said for a day. The overview says why."),
        reverse("dashboard"), rows=Message.objects.filter(said_at__gt=now - _LATELY, bot__isnull=False),
    )  # fmt: skip
    yield _Wish(
        _("Every chat in use may talk"), _("One is paused, asked for quiet, or was not told. Its page says which."),
        reverse("chats"),
        rows=Chat.objects.exclude(mode=Chat.Mode.DISABLED).exclude(pk__in=Chat.objects.talking().values("pk")),
        there=False,
    )  # fmt: skip
    yield _Wish(
        _("Nothing failed in the last day"), _("Look at what did, and at its reason."),
        reverse("attention"), rows=Turn.objects.filter(state=Turn.State.FAILED, ended_at__gt=now - _LATELY),
        there=False,
    )  # fmt: skip


def _auditor() -> Iterator[_Wish]:
    yield _Wish(
        _("Nobody was locked out today"), _("Somebody typed wrong passwords or codes. See whose account it was."),
        reverse("admin:axes_accessattempt_changelist"),
        rows=AccessAttempt.objects.filter(
            failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gt=timezone.now() - _LATELY
        ),
        there=False,
    )  # fmt: skip
    shown = TOTPDevice.objects.filter(confirmed=True).values("user")
    yield _Wish(
        _("Everybody has a second factor"), _("Somebody has not signed in since the account was made. Ask an admin."),
        f"{reverse('help-chapter', args=['people'])}#second-factor",
        rows=User.objects.filter(is_active=True, is_staff=True).exclude(pk__in=shown),
        there=False,
    )  # fmt: skip


def _trail() -> Iterator[Item]:
    yield Item(
        _("The audit trail is as it was written"), _("It was changed past Kulis. Tell an admin at once."),
        reverse("admin:bots_auditentry_changelist"), done=trail.verify(newest=_ENTRIES).holds,
    )  # fmt: skip


_OF: dict[Role, Callable[[], Iterator[_Wish]]] = {
    Role.OPERATOR: _operator,
    Role.ANALYST: _analyst,
    Role.AUDITOR: _auditor,
}
