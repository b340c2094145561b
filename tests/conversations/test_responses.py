"""The outbox of Kulis itself: at most once, within Telegram's limits, and nothing kept of where it went."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from bots import roster
from bots.models import Bot
from conversations import control, responses
from conversations.engine import quiet
from conversations.models import Chat, Membership, Response
from tests import stagehands
from tests.fakes.handles import TelegramFake

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(telegram_server: TelegramFake, settings: Settings) -> Chat:
    """One bot in one group on a Telegram of this machine; the cast is stopped."""
    settings.TELEGRAM_API_BASE, settings.TELEGRAM_MODE = telegram_server.address, "polling"
    bot = stagehands.crowd(1)[0]
    roster.set_token(bot, telegram_server.add_bot(bot.username, privacy=False), by="tests")
    return stagehands.group([bot], telegram_server.add_group("Piyasa", bot.username))


def queued(chat: Chat, number: int = 1, **more: Any) -> Response:
    values: dict[str, Any] = {"bot": Bot.objects.get(), "command": "help", "person": number, "text": "Yardım"}
    place = {"chat_number": chat.telegram_id, "message_number": number}
    responses.answer(**(values | place | more))
    return Response.objects.latest("pk")


def now(response: Response) -> tuple[str, str]:
    response.refresh_from_db()
    return response.state, response.reason


def test_an_answer_leaves_while_the_cast_is_stopped_and_forgets_where_to(
    group: Chat, telegram_server: TelegramFake
) -> None:
    asked = telegram_server.say(group.telegram_id or 0, "Deniz", "/help")
    answer = queued(group, asked, reply_to=asked)
    assert not control.is_running()
    assert responses.one()
    assert now(answer) == ("sent", "")
    assert (answer.chat_number, answer.reply_to) == (None, None)
    [posted] = telegram_server.posted(group.telegram_id, by_bots=True)
    assert (posted["text"], posted["reply_to"]) == ("Yardım", asked)
    assert not responses.one()


def test_what_may_have_arrived_is_never_sent_again(group: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.fault("sendMessage", "reset")
    answer = queued(group)
    responses.one()
    assert now(answer) == ("unknown", "ambiguous")
    assert not responses.one()
    assert len(telegram_server.calls("sendMessage")) == 1


def test_who_died_while_sending_leaves_it_unknown(group: Chat, telegram_server: TelegramFake) -> None:
    answer = queued(group)
    Response.objects.update(state="sending", gen=1, lease_until=timezone.now() - timedelta(seconds=1))
    assert not responses.recover()
    assert now(answer) == ("unknown", "lease_lost")
    assert telegram_server.calls("sendMessage") == []


def test_a_pause_that_telegram_asks_for_is_kept(group: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.fault("sendMessage", 429, retry_after=30)
    answer = queued(group)
    responses.one()
    assert now(answer) == ("waiting", "")
    assert answer.send_after > timezone.now() + timedelta(seconds=25)
    assert Membership.objects.get().gated_until is not None
    assert not responses.one()


def test_the_talk_and_the_answers_share_one_pace(group: Chat) -> None:
    Membership.objects.update(next_at=timezone.now() + timedelta(seconds=30))
    queued(group)
    assert not responses.one()
    Membership.objects.update(next_at=None)
    assert responses.one()
    assert Membership.objects.get().next_at is not None
    queued(group, 2)
    assert not responses.one()


def test_answers_leave_room_for_the_talk(group: Chat) -> None:
    for number in range(responses.A_MINUTE + 1):
        queued(group, number + 1)
        stagehands.breathe()
        assert responses.one() == (number < responses.A_MINUTE)


@pytest.mark.parametrize(("how", "reason"), [(403, "forbidden"), (400, "bad_request")])
def test_a_final_no_is_final(group: Chat, telegram_server: TelegramFake, how: int, reason: str) -> None:
    telegram_server.fault("sendMessage", how)
    answer = queued(group)
    responses.one()
    assert now(answer) == ("failed", reason)


def test_a_revoked_token_is_marked(group: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.revoke(Bot.objects.get().username)
    queued(group)
    responses.one()
    assert Bot.objects.get().token_state == Bot.Token.DEAD


def test_a_group_that_moved_is_followed(group: Chat, telegram_server: TelegramFake) -> None:
    moved = telegram_server.migrate(group.telegram_id or 0)
    answer = queued(group)
    responses.one()
    assert now(answer)[0] == "waiting"
    stagehands.breathe()
    responses.one()
    assert now(answer)[0] == "sent"
    assert (Chat.objects.get().telegram_id, len(telegram_server.posted(moved, by_bots=True))) == (moved, 1)


def test_what_waited_too_long_is_dropped(group: Chat) -> None:
    answer = queued(group)
    Response.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not responses.one()
    assert not responses.recover()
    assert now(answer) == ("expired", "expired")
    assert responses.prune(timezone.now() + timedelta(seconds=1)) == 1


@pytest.mark.parametrize(("status", "ends"), [("creator", True), ("administrator", True), ("member", False)])
def test_only_an_administrator_ends_the_quiet(
    group: Chat, telegram_server: TelegramFake, status: str, ends: bool
) -> None:
    control.start(by="tests")
    quiet.hush(group)
    place = group.telegram_id or 0
    telegram_server.say(place, "Deniz", "/konus")
    telegram_server.rank(place, "Deniz", status)
    person = telegram_server.person("Deniz")
    queued(group, errand="lift", person_number=person, text="Bitti.", otherwise="Olmaz.")
    responses.one()
    assert telegram_server.posted(place, by_bots=True)[0]["text"] == ("Bitti." if ends else "Olmaz.")
    assert (Chat.objects.get().hushed_until is None) == ends
