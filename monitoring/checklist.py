"""What is left to do for somebody of a role, read from how things are: nobody ticks anything."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from bots import trail
from bots.models import AuditEntry, Bot
from conversations import control
from conversations.models import Budget, Chat, Message, Steward, Turn
from monitoring import access, attention, people, second_factor
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


def of(user: User) -> Checklist | None:
    """None for guests and for accounts without a role."""
    role = None if access.is_guest(user) else people.role_of(user)
    if role is None:
        return None
    return Checklist(role.label, tuple(_admin(user) if role is Role.ADMIN else _OF[role]()))


def _admin(user: User) -> Iterator[Item]:
    admins = User.objects.filter(is_active=True, is_staff=True, is_superuser=True).count()
    yield Item(
        _("A second person is an admin"), _("Add one, so that nobody is locked out when your phone is lost."),
        reverse("admin:auth_user_changelist"), done=admins > 1,
    )  # fmt: skip
    yield Item(
        _("Your recovery codes are at hand"), _("Few are left, or none: make new ones and print them."),
        reverse("second-factor"), done=second_factor.codes_left(user) >= _FEW_CODES,
    )  # fmt: skip
    yield Item(
        _("A language model finds the words"), _("Only the offline voice speaks. Add a provider."),
        reverse("admin:conversations_provider_changelist"), done=progress.voices().exists(),
    )  # fmt: skip
    yield Item(
        _("A budget limits what is spent"), _("Nothing limits it. Set a budget for the whole cast."),
        reverse("admin:conversations_budget_changelist"), done=Budget.objects.exists(),
    )  # fmt: skip
    yield Item(
        _("Bots have tokens that work"), _("Give your bots their tokens from @BotFather."),
        reverse("admin:bots_bot_changelist"),
        done=Bot.objects.active().filter(token_state=Bot.Token.HEALTHY).exists(),
    )  # fmt: skip
    yield Item(
        _("A group was told, and may hear the cast"),
        _("Open the page of your group and press “Disclose and go live”."),
        f"{reverse('admin:conversations_chat_changelist')}?kind__exact={Chat.Kind.TELEGRAM}",
        done=Chat.objects.talking().filter(kind=Chat.Kind.TELEGRAM).exists(),
    )  # fmt: skip
    yield Item(
        _("Somebody can stop the cast by Telegram"), _("Name a steward, who proves with a code who they are."),
        reverse("admin:conversations_steward_changelist"), done=Steward.objects.filter(bound_at__isnull=False).exists(),
    )  # fmt: skip
    yield Item(
        _("There is a backup of this week"), _("Ask whoever runs the machines for one: `manage.py backup FILE`."),
        f"{reverse('help-doctor')}#line-backup", done=_backed_up(),
    )  # fmt: skip


def _operator() -> Iterator[Item]:
    now = timezone.now()
    yield Item(
        _("The engine runs"), _("It is stopped, so no bot speaks. An admin starts it again."),
        reverse("dashboard"), done=control.is_running(),
    )  # fmt: skip
    yield Item(
        _("Nothing waits for a yes"), _("Decide about what is held, before its time is over."),
        reverse("approvals"), done=not Turn.objects.filter(state=Turn.State.HELD).exists(),
    )  # fmt: skip
    yield Item(
        _("Nothing is in doubt"), _("Look into the chat, then say whether the message stands there."),
        reverse("attention"), done=not attention.count(now),
    )  # fmt: skip
    dead = Bot.objects.active().filter(token_state=Bot.Token.DEAD)
    yield Item(
        _("No token was refused"), _("Tell an admin, who gives the bot a new token."),
        f"{reverse('admin:bots_bot_changelist')}?token_state__exact={Bot.Token.DEAD}", done=not dead.exists(),
    )  # fmt: skip
    rehearsed = Message.objects.filter(chat__kind=Chat.Kind.REHEARSAL, said_at__gt=now - _LATELY)
    yield Item(
        _("The cast was rehearsed today"), _("Ask it something in a rehearsal room, above all after a change."),
        reverse("first-room"), done=rehearsed.exists(),
    )  # fmt: skip


def _analyst() -> Iterator[Item]:
    now = timezone.now()
    yield Item(
        _("The cast talked today"), _("Nothing was said for a day. The overview says why."),
        reverse("dashboard"), done=Message.objects.filter(said_at__gt=now - _LATELY, bot__isnull=False).exists(),
    )  # fmt: skip
    silent = Chat.objects.exclude(mode=Chat.Mode.DISABLED).exclude(pk__in=Chat.objects.talking().values("pk"))
    yield Item(
        _("Every chat in use may talk"), _("One is paused, asked for quiet, or was not told. Its page says which."),
        reverse("chats"), done=not silent.exists(),
    )  # fmt: skip
    failed = Turn.objects.filter(state=Turn.State.FAILED, ended_at__gt=now - _LATELY)
    yield Item(
        _("Nothing failed in the last day"), _("Look at what did, and at its reason."),
        reverse("attention"), done=not failed.exists(),
    )  # fmt: skip


def _auditor() -> Iterator[Item]:
    yield Item(
        _("The audit trail is as it was written"), _("It was changed past Kulis. Tell an admin at once."),
        reverse("admin:bots_auditentry_changelist"), done=trail.verify(newest=_ENTRIES).holds,
    )  # fmt: skip
    locked = AccessAttempt.objects.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gt=timezone.now() - _LATELY
    )
    yield Item(
        _("Nobody was locked out today"), _("Somebody typed wrong passwords or codes. See whose account it was."),
        reverse("admin:axes_accessattempt_changelist"), done=not locked.exists(),
    )  # fmt: skip
    shown = TOTPDevice.objects.filter(confirmed=True).values("user")
    bare = User.objects.filter(is_active=True, is_staff=True).exclude(pk__in=shown)
    yield Item(
        _("Everybody has a second factor"), _("Somebody has not signed in since the account was made. Ask an admin."),
        f"{reverse('help-chapter', args=['people'])}#second-factor", done=not bare.exists(),
    )  # fmt: skip


_OF: dict[Role, Callable[[], Iterator[Item]]] = {
    Role.OPERATOR: _operator,
    Role.ANALYST: _analyst,
    Role.AUDITOR: _auditor,
}


def _backed_up() -> bool:
    taken = AuditEntry.objects.filter(action="backup.take").aggregate(newest=Max("at"))["newest"]
    return bool(taken and taken > timezone.now() - _BACKUP_EVERY)
