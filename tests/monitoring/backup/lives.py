"""A database in the middle of its life, for tests: bots with tokens, a provider with a key, turns in every state."""

from datetime import datetime, timedelta

from django.utils import timezone

from bots import vault
from bots.models import Bot, Persona
from conversations.models import Chat, Engine, InboundUpdate, Message, Process, Provider, Response, SendAttempt, Turn
from monitoring.models import Session

TOKEN = "5001:AAH-kanarya-jeton-kanarya-jeton-1234567"
KEY = "sk-kanarya-anahtar-0123456789"
SAID = "Kanarya mesajı: THYAO'da sabır, İğneada'da balık."


def live(alias: str) -> None:
    """Fill the database behind `alias`; the engine runs."""
    now = timezone.now()
    bot = _bot(alias)
    group = Chat.objects.using(alias).create(
        title="Borsa sohbeti", telegram_id=-1001, mode="live", disclosed_at=now, disclosed_by="ayse", next_due=now
    )
    room = Chat.objects.using(alias).create(title="Prova", kind="rehearsal", mode="live", next_due=now)
    Message.objects.using(alias).create(chat=group, message_id=1, bot=bot, text=SAID, folded=SAID.lower(), said_at=now)
    for number, state in enumerate(Turn.State.values):
        turn(alias, group, bot, state, number, now)
    turn(alias, room, bot, Turn.State.SENDING, 100, now)
    provider = Provider(name="uzak", base_url="https://llm.example/v1", model="m")
    provider.api_key = vault.seal(KEY, place=provider.place("api_key"))
    provider.save(using=alias)
    InboundUpdate.objects.using(alias).create(bot=bot, update_id=7, payload={"message": {"text": "selam"}})
    for state, lease in (("waiting", None), ("sending", now)):
        Response.objects.using(alias).create(
            bot=bot, command="help", key=state, text="Yardım", chat_number=-1001, state=state, lease_until=lease,
            send_after=now, expires_at=now + timedelta(minutes=10),
        )  # fmt: skip
    Session.objects.using(alias).create(
        session_key="s" * 32, session_data="x", expire_date=now + timedelta(days=1), began_at=now, seen_at=now
    )
    Process.objects.using(alias).create(
        kind="writer", host="here", pid=1, version="1", started_at=now, beat_at=now, worked_at=now
    )
    Engine.objects.using(alias).update(running=True, listener="here", listener_until=now)


def turn(alias: str, chat: Chat, bot: Bot, state: str, number: int, now: datetime) -> Turn:
    """A turn in `state`, with all that its state demands."""
    claimed = state in {Turn.State.COMPOSING, Turn.State.SENDING}
    ended = state in {Turn.State.SENT, Turn.State.SKIPPED, Turn.State.FAILED, Turn.State.UNRESOLVED}
    made = Turn.objects.using(alias).create(
        chat=chat,
        bot=bot,
        trigger=Turn.Trigger.SCHEDULE,
        plan_key=f"{chat.pk}:{number}",
        priority=5,
        state=state,
        reason="then" if ended else "",
        gen=number,
        lease_owner="worker" if claimed else "",
        lease_until=now + timedelta(hours=1) if claimed else None,
        chat_seq=number,
        due_at=now - timedelta(minutes=1),
        send_after=now,
        expires_at=now + timedelta(days=1),
        text="söylenecek",
        text_sha256="0" * 64,
        seed=1,
        sent_id=number if state == Turn.State.SENT else None,
        sent_at=now if state == Turn.State.SENT else None,
        uncertain_since=now if state == Turn.State.UNCERTAIN else None,
        ended_at=now if ended else None,
    )
    if state == Turn.State.SENDING:
        SendAttempt.objects.using(alias).create(turn=made, gen=number, started_at=now)
    return made


def _bot(alias: str) -> Bot:
    bot = Bot(
        username="kanarya_bot", persona=Persona.objects.using(alias).create(name="Kanarya"), token_state="healthy"
    )
    bot.token = vault.seal(TOKEN, place=bot.place("token"))
    bot.save(using=alias)
    return bot
