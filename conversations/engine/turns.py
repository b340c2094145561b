"""The life of a turn on one page: how it opens, is claimed, moves and ends.

Each move is one conditional UPDATE that names where it comes from and carries the `gen` of the claim; a worker that was
overtaken changes nothing. Leases are compared on the clock of the database.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from bots import counting, traces
from bots.models import Bot
from conversations import events, spending
from conversations.engine import backlog, course, journal, likeness, pace, policy, switch
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Event, Headline, Message, SendAttempt, Turn

MOST_TRIES = 3
CHATTER_FRESH = timedelta(minutes=5)
"""So long chatter may wait for its words."""
NOTICE_WAIT = timedelta(seconds=3)
POOR_WAIT = timedelta(minutes=1)
"""So long a chat without means waits before it looks again."""
NOBODY_WAIT = timedelta(minutes=1)
AT_ONCE = 200
_UNCLAIMED: dict[str, Any] = {"lease_owner": "", "lease_until": None}
PRIORITY = {
    Turn.Trigger.OPERATOR: 0,
    Turn.Trigger.MENTION: 0,
    Turn.Trigger.REPLY: 0,
    Turn.Trigger.QUESTION: 1,
    Turn.Trigger.NEWS: 4,
    Turn.Trigger.SCHEDULE: 5,
}
ASKED = Case(When(trigger__in=Turn.NAMED, then=F("bot")), default=None)
"""The speaker of a turn that nobody composes any more: only a bot that was asked keeps its turn."""
_DIED: Any = {"reason": "lease_lost", "gen": F("gen") + 1, "lease_owner": "", "lease_until": None}
_dice = SystemRandom()


@transaction.atomic
def open_due(now: datetime) -> int:
    """Open a turn in every chat whose time has come. The number of queries does not grow with chats or bots."""
    if not switch.runs():
        return 0
    chats = list(Chat.objects.due(now).select_for_update(skip_locked=True, no_key=True).order_by("next_due")[:AT_ONCE])
    if not chats:
        return 0
    rules = policy.for_chats(chat.pk for chat in chats)
    waiting, room, brakes = backlog.of(chats), backlog.room(rules[None].waiting_most), spending.brakes()
    opened: list[Turn] = []
    for chat in chats:
        here = waiting.get(chat.pk, backlog.NOTHING)
        if here.is_full or len(opened) >= room:
            chat.next_due = now + course.SOON
            continue
        turn = _due_turn(chat, rules[chat.pk], here.chatter, now)
        turn = _affordable(turn, brakes, rules[chat.pk], now)
        opened += [turn] if turn else []
    Chat.objects.bulk_update(chats, ["next_due", "slot"])
    Turn.objects.bulk_create(opened, ignore_conflicts=True)
    return len(opened)


def _due_turn(chat: Chat, rules: Policy, under_way: int, now: datetime) -> Turn | None:
    """The next scheduled turn of a chat, or None when it should rest; either way its clock moves on."""
    local = now.astimezone(chat.zone)
    found = course.due(
        course.of(chat), setting(chat), rules, under_way=under_way, local=local, dice=Random(_dice.getrandbits(64))
    )
    chat.next_due = found.next_due
    if not found.opens:
        return None
    chat.slot += 1
    return _new(chat, Turn.Trigger.SCHEDULE, key=f"slot:{chat.slot}", due_at=now, fresh=CHATTER_FRESH)


def _affordable(turn: Turn | None, brakes: spending.Brakes, rules: Policy, now: datetime) -> Turn | None:
    """Chatter ends where the share of a budget begins that is kept for people; before that every wait is doubled."""
    if turn is None or turn.chat.next_due is None:
        return turn
    gone = brakes.share(turn.chat_id)
    if gone >= 1 - rules.budget_reserve:
        turn.chat.next_due = max(turn.chat.next_due, now + POOR_WAIT)
        return None
    if gone >= spending.TIGHT:
        turn.chat.next_due += turn.chat.next_due - now
    return turn


def setting(chat: Chat) -> course.Setting:
    return course.Setting(chat.tempo, chat.observes_hours, chat.quiet)


def hasten(chat: Chat, now: course.Course, rules: Policy) -> datetime | None:
    """When a chat that has just been stirred speaks next: as its rules say, and not later than it would have."""
    local = timezone.now().astimezone(chat.zone)
    soon = course.welcome(now, setting(chat), rules, local=local, dice=Random(_dice.getrandbits(64)))
    return min(soon, chat.next_due) if chat.next_due else None


def look_later(turn: Turn) -> None:
    """Nobody of the chat was free to speak, and soon nobody will be: it does not open turn after turn for that."""
    chat = Chat.objects.filter(pk=turn.chat_id, slot=turn.chat.slot, next_due__isnull=False)
    chat.update(next_due=Greatest("next_due", Now() + NOBODY_WAIT))


@transaction.atomic
def open_news(chat: Chat, headline: Headline, now: datetime) -> bool:
    """Open the turn that brings a headline up in a chat, once. False where the cast may not talk, or did so already."""
    if not switch.runs() or not may_talk(chat.pk) or pace.quiet_until(chat.quiet, now.astimezone(chat.zone)):
        return False
    if spending.brakes().share(chat.pk) >= 1 - policy.current(chat).budget_reserve:
        return False
    turn = _new(
        chat,
        Turn.Trigger.NEWS,
        key=f"headline:{headline.pk}",
        due_at=now,
        fresh=CHATTER_FRESH,
        headline=headline,
    )
    Turn.objects.bulk_create([turn], ignore_conflicts=True)
    return Turn.objects.filter(uuid=turn.uuid).exists()


def unplanned(chat: Chat, *, seed: int, now: datetime) -> Turn:
    """A scheduled turn outside the order of its chat, unsaved: for looking at, not for sending."""
    turn = _new(chat, Turn.Trigger.SCHEDULE, key=f"dry:{seed}", due_at=now, fresh=CHATTER_FRESH)
    turn.seed = seed
    return turn


def tried(chat: Chat, bot: Bot, trigger: Turn.Trigger, *, seed: int, now: datetime) -> Turn:
    """A turn that is never saved: for trying out what a bot would say. `chat` may be none that is known."""
    turn = _new(chat, trigger, key=f"try:{seed}", due_at=now, fresh=CHATTER_FRESH, bot=bot)
    turn.seed, turn.tried = seed, True
    return turn


def open_answers(message: Message, asked: Iterable[tuple[Turn.Trigger, Bot | None]], *, rules: Policy) -> int:
    """Open the answers that a person's message asks for, each once however often this is called; in a transaction."""
    fresh = timedelta(minutes=rules.answer_minutes)
    if message.said_at + fresh <= timezone.now():
        return 0  # heard too late: an answer now would surprise
    if not switch.runs() or not may_talk(message.chat_id):
        return 0
    wanted = [
        _new(
            message.chat,
            trigger,
            key=f"message:{message.pk}:{number}",
            due_at=message.said_at,
            fresh=fresh,
            bot=bot,
            cause=message,
        )
        for number, (trigger, bot) in enumerate(asked)
    ]
    Turn.objects.bulk_create(wanted, ignore_conflicts=True)
    return len(wanted)


def may_talk(chat_id: int) -> bool:
    """Whether the cast may talk in a chat, held true until this transaction ends: `control.set_mode` waits for it."""
    return Chat.objects.talking().select_for_update(no_key=True).filter(pk=chat_id).first() is not None


def leave_unanswered(message: Message, asked: Iterable[tuple[Turn.Trigger, Bot | None]], *, reason: str) -> None:
    """Note the answers that a message asks for and does not get; in a transaction."""
    noted = [
        _new(
            message.chat, trigger, key=f"message:{message.pk}:{number}", due_at=message.said_at, fresh=CHATTER_FRESH,
            bot=bot, cause=message, state=Turn.State.SKIPPED, reason=reason, ended_at=timezone.now(),
        )
        for number, (trigger, bot) in enumerate(asked)
    ]  # fmt: skip
    Turn.objects.bulk_create(noted, ignore_conflicts=True)


def say(message: Message, bot: Bot, text: str, *, key: str, fresh: timedelta) -> bool:
    """Let a bot answer in words that stand already, once for each `key`; in a transaction."""
    if not switch.runs() or not may_talk(message.chat_id):
        return False
    now, held = timezone.now(), message.chat.mode == Chat.Mode.APPROVAL
    turn = _new(
        message.chat, Turn.Trigger.MENTION, key=key, due_at=now, fresh=fresh, bot=bot, cause=message, reply_to=message,
        intent=Turn.Intent.ANSWER, state=Turn.State.HELD if held else Turn.State.COMPOSED, text=text,
        text_sha256=likeness.fingerprint(text), send_after=now + NOTICE_WAIT,
        typing_from=now + NOTICE_WAIT,
    )  # fmt: skip
    Turn.objects.bulk_create([turn], ignore_conflicts=True)
    return Turn.objects.filter(uuid=turn.uuid).exists()


def _new(chat: Chat, trigger: Turn.Trigger, *, key: str, due_at: datetime, fresh: timedelta, **more: Any) -> Turn:
    trace = uuid4() if trigger in Turn.CHATTER else traces.own()
    return Turn(
        chat=chat, trace=trace, trigger=trigger, plan_key=f"{chat.pk}:{trigger}:{key}", priority=PRIORITY[trigger],
        due_at=due_at, expires_at=due_at + fresh, seed=_dice.getrandbits(62), **more,
    )  # fmt: skip


def move(turn: Turn, to: Turn.State, *, came: Iterable[Turn.State], **fields: Any) -> bool:
    """One conditional UPDATE: from one of the states `came`, under the claim that `turn` carries. False: overtaken."""
    moved = Turn.objects.filter(pk=turn.pk, gen=turn.gen, state__in=list(came)).update(
        state=to, lease_owner="", lease_until=None, **{**turn.noted, **fields}
    )
    if moved:
        journal.moved(turn, to, reason=str(fields.get("reason", "")))
        events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=turn.pk)
    else:
        counting.add("kulis_fenced")
    return bool(moved)


def end(
    turn: Turn, to: Turn.State, reason: str, *, came: Iterable[Turn.State], detail: str = "", **fields: Any
) -> bool:
    """Skip or fail a turn, with its reason."""
    with transaction.atomic():
        return move(turn, to, came=came, reason=reason, detail=detail[:2000], ended_at=Now(), **fields)


def move_back(turn: Turn, *, reason: str = "", detail: str = "", after: timedelta | None = None) -> bool:
    """Give a claim back: the turn is planned again, and due `after` a while; without it, due as it was."""
    with transaction.atomic():
        return move(
            turn,
            Turn.State.PLANNED,
            came=[Turn.State.COMPOSING],
            bot=ASKED,
            reason=reason,
            detail=detail[:2000],
            due_at=Now() + after if after else F("due_at"),
        )


def is_withdrawn(turn: Turn) -> bool:
    """Whether a turn that is being written is wanted no more: a switch, a person or a lease has ended its claim."""
    mine = Q(gen=turn.gen, state__in=[Turn.State.PLANNED, Turn.State.COMPOSING])
    return Turn.objects.filter(~mine, pk=turn.pk).exists()


def give_back(owner: str) -> int:
    """The process `owner` leaves: what it still writes is planned again, and the try does not count."""
    with transaction.atomic():
        given = Turn.objects.filter(state=Turn.State.COMPOSING, lease_owner__startswith=owner).update(
            state=Turn.State.PLANNED, bot=ASKED, gen=F("gen") + 1, tries=F("tries") - 1, **_UNCLAIMED
        )
        if given:
            events.publish(Event.Kind.TURN)
    return given


def is_sending(owner: str) -> bool:
    return Turn.objects.filter(state=Turn.State.SENDING, lease_owner__startswith=owner).exists()


def may_try_again(turn: Turn, after: timedelta) -> bool:
    """Whether another try, that much later, would still be of use."""
    return turn.tries < MOST_TRIES and timezone.now() + after < turn.expires_at


def crashed(turn: Turn, error: Exception) -> None:
    """A fault of ours while composing: try again soon, or fail with what happened."""
    what = f"{type(error).__name__}: {error}"
    pause = timedelta(seconds=10)
    if may_try_again(turn, pause):
        move_back(turn, reason="crashed", detail=what, after=pause)
    else:
        end(turn, Turn.State.FAILED, "crashed", came=[Turn.State.COMPOSING], detail=what)


def recover() -> dict[str, int]:
    """Put right what died: leases that ran out, turns nobody will need. Any number may run at once.

    The try of a send that died stays open: `reconcile` closes it when there is evidence.
    """
    with transaction.atomic():
        counts = {
            "never_left": _never_left(),
            "planned_again": _free(_expired(Turn.State.COMPOSING).filter(tries__lt=MOST_TRIES)).update(
                state=Turn.State.PLANNED, bot=ASKED, gen=F("gen") + 1, **_UNCLAIMED
            ),
            "given_up": _free(_expired(Turn.State.COMPOSING)).update(state=Turn.State.FAILED, ended_at=Now(), **_DIED),
            "uncertain": _free(_expired(Turn.State.SENDING)).update(
                state=Turn.State.UNCERTAIN, reason="lease_lost", uncertain_since=Now(), lease_owner="", lease_until=None
            ),
            "expired": _free(
                Turn.objects.filter(
                    state__in=[Turn.State.PLANNED, Turn.State.HELD, Turn.State.COMPOSED], expires_at__lte=Now()
                )
            ).update(state=Turn.State.SKIPPED, reason="expired", gen=F("gen") + 1, ended_at=Now()),
        }
        if any(counts.values()):
            journal.swept(counts)
            events.publish(Event.Kind.TURN)
    return counts


def _free(dead: QuerySet[Turn]) -> QuerySet[Turn]:
    """Those that nobody holds now; the others are found the next time. So who moves many waits for nobody's order."""
    return Turn.objects.filter(pk__in=dead.select_for_update(skip_locked=True, no_key=True).values("pk"))


def _never_left() -> int:
    """Sends that died and that nobody can have seen twice: in a room nothing leaves, and an emoji hangs once."""
    harmless = Q(chat__kind=Chat.Kind.REHEARSAL) | Q(intent=Turn.Intent.REACTION)
    lost = _expired(Turn.State.SENDING).filter(harmless).select_for_update(of=("self",), skip_locked=True, no_key=True)
    pks = list(lost.values_list("pk", flat=True))
    SendAttempt.objects.filter(turn__in=pks, outcome=SendAttempt.Outcome.OPEN).update(
        outcome=SendAttempt.Outcome.NOT_SENT, reason="lease_lost", ended_at=Now()
    )
    dead = _expired(Turn.State.SENDING).filter(pk__in=pks)
    return int(dead.update(state=Turn.State.COMPOSED, gen=F("gen") + 1, lease_owner="", lease_until=None))


def _expired(state: Turn.State) -> Any:
    return Turn.objects.filter(state=state, lease_until__lt=Now())
