"""What a person decides about one turn: that a doubtful one arrived, that it goes out again, other words for a held.

Every decision has a reason and is audited. Pages, admin, API and command call these and nothing else.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit, casing
from conversations import control, wake
from conversations.engine import by_hand, guard, policy, receipts, reconcile, scene, spans
from conversations.models import Chat, Message, Turn

SENT_AGAIN = "sent_again"
DOUBTFUL = by_hand.DOUBTFUL
LONGEST = 4096
"""Telegram takes no more in one message."""
RETRIED = timedelta(days=1)
"""A turn that failed longer ago than this belongs to another talk."""
UNDO = timedelta(seconds=10)
"""So long an approval at the desk waits before it is sent, and may be taken back."""
_SETTLES = spans.WRITE + spans.LATE + spans.EARLY


@transaction.atomic
def delivered(turn: Turn, *, by: audit.Actor, reason: str, number: int | None = None) -> None:
    """It stands in the chat, a person says, perhaps with its number there. Raises ValidationError."""
    _must_be_doubtful(turn, reason)
    arrived = by_hand.confirm(turn) if number is None else _stands_as(turn, number)
    if not arrived:
        raise ValidationError(_("It was settled a moment ago."))
    audit.record("turn.delivered", by=by, subject=turn, after={"number": number}, reason=reason)


@transaction.atomic
def send_again(turn: Turn, *, by: audit.Actor, reason: str) -> Turn:
    """Say it once more, though it may then stand there twice: a new turn. Raises ValidationError."""
    turn = Turn.objects.select_for_update(of=("self",), no_key=True).select_related("chat").get(pk=turn.pk)
    _must_be_doubtful(turn, reason)
    if not Chat.objects.talking().filter(pk=turn.chat_id).exists():
        raise ValidationError(_("The cast does not talk in this chat now."))
    if by_hand.under_way(turn):
        raise ValidationError(_("It was sent again already."))
    tried = turn.attempts.order_by("-started_at").first()
    if tried and tried.started_at > timezone.now() - _SETTLES:
        raise ValidationError(_("It may still turn up. Wait a minute and a half after it was sent."))
    if turn.state == Turn.State.UNCERTAIN and not reconcile.give_up(turn, reason=SENT_AGAIN, detail=reason):
        raise ValidationError(_("It was settled a moment ago."))
    made = by_hand.again(turn, fresh=_fresh(turn))
    audit.record("turn.send_again", by=by, subject=turn, after={"turn": made.pk}, reason=reason)
    wake.deliver()
    return made


@transaction.atomic
def retry(turn: Turn, *, by: audit.Actor, reason: str = "") -> Turn:
    """Try a failed turn once more, which certainly never arrived: a new turn. Raises ValidationError."""
    turn = Turn.objects.select_for_update(of=("self",), no_key=True).select_related("chat").get(pk=turn.pk)
    if not may_be_retried(turn):
        raise ValidationError(_("There is nothing to try again."))
    if not Chat.objects.talking().filter(pk=turn.chat_id).exists():
        raise ValidationError(_("The cast does not talk in this chat now."))
    made = (by_hand.again if turn.text else by_hand.anew)(turn, fresh=_fresh(turn))
    audit.record("turn.retry", by=by, subject=turn, after={"turn": made.pk}, reason=reason)
    wake.deliver() if turn.text else wake.compose()
    return made


@transaction.atomic
def take_back(turn: Turn, *, by: audit.Actor) -> None:
    """Take an approval back while the turn still waits to be sent. Raises ValidationError."""
    chat = Chat.objects.filter(pk=turn.chat_id, mode=Chat.Mode.APPROVAL)
    if not chat.exists() or not by_hand.take_back(turn):
        raise ValidationError(_("It is too late for that."))
    audit.record("turn.take_back", by=by, subject=turn, after={"text": turn.text})


@transaction.atomic
def reword(turn: Turn, text: str, *, by: audit.Actor, reason: str = "", hold: timedelta = control.AT_ONCE) -> None:
    """Approve a held turn with other words. The guard reads them; ValidationError, its code the rule that refused."""
    seen, text = turn.gen, text.strip()
    turn = Turn.objects.select_related("chat").get(pk=turn.pk)
    if turn.state != Turn.State.HELD or turn.gen != seen:
        raise ValidationError(_("It is too late for that."))
    if turn.trigger == Turn.Trigger.OPERATOR:
        raise ValidationError(_("These are the words of a person who speaks through the bot; they stay as they are."))
    if turn.intent == Turn.Intent.REACTION:
        raise ValidationError(_("An emoji cannot be given other words; approve or reject it."))
    if not text or len(text) > LONGEST:
        raise ValidationError(_("A message has 1 to %(most)d characters.") % {"most": LONGEST})
    must_pass(turn, text)
    if by_hand.is_repeat(turn, text, within=spans.REPEAT):
        raise ValidationError(_("The bot has said the same here within a day."), code="duplicate")
    if not by_hand.reword(turn, text, hold=hold):
        raise ValidationError(_("It is too late for that."))
    audit.record("turn.reword", by=by, subject=turn, before={"text": turn.text}, after={"text": text}, reason=reason)
    wake.deliver()


def may_be_settled(turn: Turn) -> bool:
    """Whether the two choices of a doubtful turn are open."""
    return turn.state in DOUBTFUL and by_hand.under_way(turn) is None


def may_be_retried(turn: Turn) -> bool:
    """Whether a turn failed lately, and nobody has tried it again since."""
    return failed_lately(turn) and by_hand.under_way(turn) is None


def failed_lately(turn: Turn) -> bool:
    """An emoji that found no place is nobody's worry."""
    lately = turn.ended_at is not None and turn.ended_at > timezone.now() - RETRIED
    return turn.state == Turn.State.FAILED and turn.intent != Turn.Intent.REACTION and lately


def _must_be_doubtful(turn: Turn, reason: str) -> None:
    if not reason.strip():
        raise ValidationError(_("Say why, for the audit trail."))
    if not Turn.objects.filter(pk=turn.pk, state__in=DOUBTFUL).exists():
        raise ValidationError(_("There is no doubt about this turn."))


def _stands_as(turn: Turn, number: int) -> bool:
    """Write the message down under its number in the chat, unless something else stands there."""
    tried = turn.attempts.order_by("-gen").first()
    message, _new = Message.objects.get_or_create(
        chat=turn.chat,
        message_id=number,
        defaults={
            "bot": turn.bot,
            "text": turn.text,
            "folded": casing.fold(turn.text),
            "topic": turn.topic,
            "said_at": tried.started_at if tried else timezone.now(),
        },
    )
    if message.bot_id != turn.bot_id or Turn.objects.filter(message=message).exclude(pk=turn.pk).exists():
        raise ValidationError(_("Another message has this number in the chat."))
    return receipts.receipt(turn, message, reason=by_hand.CONFIRMED)


def must_pass(turn: Turn, text: str) -> None:
    """The guard reads a person's words as it reads the model's. Raises ValidationError, its code the rule that refused.

    `turn` may be unsaved: its chat, bot and headline count.
    """
    world = scene.load(turn)
    speaker = next((member for member in world.members if member.bot_id == turn.bot_id), None)
    if speaker is None:
        raise ValidationError(_("The bot does not play in this chat."))
    found = guard.judge(
        text,
        may_mention=[member.username for member in world.members],
        prices=world.prices,
        positions=speaker.positions,
        tickers=world.tickers,
        quoted=f"{turn.headline.title} {turn.headline.summary}" if turn.headline else "",
    )
    for verdict in found:
        if not verdict.passed:
            raise ValidationError(
                _("The guard refuses it: %(why)s") % {"why": verdict.detail or verdict.rule}, code=verdict.rule
            )


def _fresh(turn: Turn) -> timedelta:
    return timedelta(minutes=policy.current(turn.chat).answer_minutes)
