"""The set-up of a new owner: who may begin, what each step takes and keeps, and how every failure is told."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from bots.models import AuditEntry, Bot
from bots.telegram import port
from conversations import control, inbox
from conversations.models import Chat, Engine, Provider
from monitoring import entry
from monitoring.founding import cast, owner, words
from monitoring.grants import Role
from tests import guests, staff, stagehands
from tests.fakes.handles import OpenAIFake, TelegramFake

PASSWORD = "Kırmızı balkonda yedi serçe"
OWNER = {"username": "ayse", "password": PASSWORD, "again": PASSWORD}
Step = Callable[..., str]


@pytest.fixture
def telegram(telegram_server: TelegramFake, settings: Settings) -> TelegramFake:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    return telegram_server


@pytest.fixture
def provider(openai_server: OpenAIFake, settings: Settings) -> OpenAIFake:
    settings.OUTBOUND_ALLOW = ("127.0.0.1",)
    openai_server.keys("sk-good")
    return openai_server


def answered(client: Client, name: str, status: int = 200, **given: object) -> str:
    """The page of a step, read or filled in."""
    client.cookies.load({"kulis-language": "en"})
    address = f"/setup/{name}/"
    answer = client.post(address, given) if given else client.get(address)
    assert answer.status_code == status, answer
    return answer.content.decode()


# --- Who may begin ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_from_elsewhere_nobody_begins_without_the_link_of_the_operator() -> None:
    stranger = Client(headers={"host": "testserver"}, REMOTE_ADDR="203.0.113.9")
    answered(stranger, "owner", 403)
    answered(stranger, "owner", 403, **OWNER)
    assert not User.objects.exists()
    link = owner.mint("https://kulis.example")
    assert stranger.get(guests.path(link)).status_code == 200  # a preview does not spend it
    assert stranger.post(guests.path(link)).status_code == 302
    answered(stranger, "owner", 200)
    again = Client(headers={"host": "testserver"}, REMOTE_ADDR="203.0.113.9")
    assert again.post(guests.path(link)).status_code == 403


@pytest.mark.django_db
def test_a_proxy_does_not_make_a_stranger_somebody_at_the_machine(settings: Settings) -> None:
    local = guests.stranger()
    answered(local, "owner", 200)
    settings.IS_LOOPBACK = False
    answered(local, "owner", 403)
    settings.IS_LOOPBACK, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    answered(local, "owner", 403)
    settings.SECURE_PROXY_SSL_HEADER = None
    passed_on = Client(headers={"host": "localhost:8000", "x-forwarded-proto": "https"})
    answered(passed_on, "owner", 403)


@pytest.mark.django_db
def test_a_link_of_a_demo_founds_nothing(settings: Settings) -> None:
    guests.demo(settings)
    token = guests.path(entry.mint(guests.HERE)).rstrip("/").rsplit("/", 1)[1]
    assert guests.stranger().post(f"/setup/key/{token}/").status_code == 403
    founding = guests.path(owner.mint(guests.HERE)).rstrip("/").rsplit("/", 1)[1]
    assert guests.stranger().get(f"/enter/{founding}/").status_code == 403


@pytest.mark.django_db
def test_it_is_closed_for_ever_once_there_was_an_owner() -> None:
    user = staff.equipped()
    assert not owner.is_open()
    with pytest.raises(owner.Closed):
        owner.found("baska", PASSWORD)
    with pytest.raises(CommandError, match="operator"):
        call_command("link", guests.HERE, owner=True)
    User.objects.filter(pk=user.pk).delete()  # not even then
    assert not owner.is_open()
    assert guests.stranger().get("/setup/owner/").status_code == 302


@pytest.mark.django_db
def test_the_owner_has_a_strong_password_and_a_second_factor_before_anything_else() -> None:
    client = guests.stranger()
    assert "The two passwords differ." in answered(client, "owner", 422, **(OWNER | {"again": "x"}))
    assert "ayse" in answered(client, "owner", 422, username="ayse", password="kısa", again="kısa")
    assert not User.objects.exists()
    answered(client, "owner", 302, **OWNER)
    assert User.objects.get(username="ayse").is_superuser
    assert AuditEntry.objects.filter(action="account.add", actor_name="set-up").exists()
    assert client.get("/setup/words/").headers["Location"].startswith("/account/second-factor/?next=")
    page = client.get("/account/second-factor/?next=/setup/")
    device = TOTPDevice.objects.get()
    done = client.post("/account/second-factor/", {"otp_token": staff.code(device), "next": "/setup/"})
    assert (page.status_code, done.status_code) == (200, 200)
    assert client.get("/setup/").headers["Location"] == "/setup/words/"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ANALYST, Role.AUDITOR])
def test_the_steps_are_for_owners(role: Role) -> None:
    client = staff.at_the_desk(role)
    for name in ("words", "bots", "group", "stage"):
        answered(client, name, 403)
    assert Client().get("/setup/bots/").headers["Location"].startswith("/admin/login/?next=")
    assert staff.at_the_desk(name="sahip").get("/setup/curtain/").status_code == 404


# --- Where words come from -------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_provider_is_tried_before_it_is_kept_and_then_a_model_is_chosen(provider: OpenAIFake) -> None:
    client, address = staff.at_the_desk(), f"{provider.root}/v1"
    answered(client, "words", 422, base_url="http://127.0.0.1:1/v1", key="sk-good")
    assert "sk-bad" not in answered(client, "words", 422, base_url=address, key="sk-bad")
    assert not Provider.objects.exists()
    answered(client, "words", 302, base_url=address, key="sk-good")
    kept = Provider.objects.get()
    assert (kept.enabled, words.waiting()) == (False, kept)
    offered = answered(client, "words")
    assert "fake-1" in offered
    provider.fault("chat/completions", 404)
    answered(client, "words", 422, model="fake-1")
    provider.mend()
    answered(client, "words", 302, model="fake-1")
    kept.refresh_from_db()
    assert (kept.enabled, kept.model) == (True, "fake-1")


@pytest.mark.django_db
def test_another_key_or_the_offline_voice_can_be_taken_instead(provider: OpenAIFake) -> None:
    client = staff.at_the_desk()
    answered(client, "words", 302, base_url=f"{provider.root}/v1", key="sk-good")
    answered(client, "words", 302, other="1")
    assert not Provider.objects.exists()
    answered(client, "words", 302, offline="1")
    assert Provider.objects.get().is_offline
    assert client.get("/setup/").headers["Location"] == "/setup/bots/"


# --- Your bots -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_each_line_of_tokens_has_its_own_fate_and_nobody_is_made_for_what_is_no_token(telegram: TelegramFake) -> None:
    client, good = staff.at_the_desk(), telegram.add_bot("sahne_bir_bot")
    page = answered(client, "bots", tokens=f"{good}\n123456789:{'x' * 35}\nmerhaba")
    assert "@sahne_bir_bot" in page
    assert "Telegram does not know this token" in page
    assert Bot.objects.count() == 1
    assert (Bot.objects.get().token_state, Bot.objects.get().username) == ("healthy", "sahne_bir_bot")
    assert good not in page
    assert "Paste at least one token" in answered(client, "bots", 422, tokens=" ")


@pytest.mark.django_db
def test_personas_that_wait_play_before_new_ones_are_made(telegram: TelegramFake) -> None:
    [waits] = stagehands.bots(1)
    results = cast.hand_out("\n".join(telegram.add_bot(f"sahne_{n}_bot") for n in range(2)), by="tests")
    assert [result.ok for result in results] == [True, True]
    waits.refresh_from_db()
    assert waits.username == "sahne_0_bot"
    assert Bot.objects.count() == 2


@pytest.mark.django_db
def test_a_token_that_is_pasted_again_or_anew_is_its_bots(telegram: TelegramFake) -> None:
    token = telegram.add_bot("sahne_bir_bot")
    for _time in range(2):
        assert [result.ok for result in cast.hand_out(token, by="tests")] == [True]
    bot = Bot.objects.get()
    Bot.objects.update(token_state=Bot.Token.DEAD)
    assert cast.hand_out(token, by="tests")[0].ok
    bot.refresh_from_db()
    assert (Bot.objects.count(), bot.token_state) == (1, "healthy")


# --- Your group, and the first word ----------------------------------------------------------------------------------
@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_a_group_is_found_looked_at_told_and_only_then_talked_in(telegram: TelegramFake) -> None:
    client = staff.at_the_desk()
    tokens = [telegram.add_bot(f"sahne_{n}_bot") for n in range(2)]
    answered(client, "bots", tokens="\n".join(tokens))
    assert "Write something in it" in answered(client, "group")
    number = telegram.add_group("Piyasa Sohbeti")
    bot = Bot.objects.order_by("pk")[0]
    _hear(bot, number)
    [found] = Chat.objects.all()
    assert "None of your bots" in answered(client, "group", 422, group=found.pk)
    telegram.member(number, "sahne_0_bot", "administrator")
    telegram.member(number, "sahne_1_bot")
    answered(client, "group", 302, group=found.pk)
    found.refresh_from_db()
    assert (found.mode, found.listener, found.members.count()) == (Chat.Mode.DISABLED, bot, 2)
    Chat.objects.create(telegram_id=-5, title="Başka bir grup", topics=["BIST"])  # somebody else's, and newer
    assert "Piyasa Sohbeti" in answered(client, "stage")
    assert control.disclosure(found) in answered(client, "stage")
    room = client.post("/setup/stage/", {"rehearse": "1"}).headers["Location"]
    assert room.startswith("/rehearsal/")
    assert telegram.posted(number) == []
    telegram.fault("sendMessage", 400)
    assert "could not post the disclosure" in answered(client, "stage", 422, tell="1")
    telegram.mend()
    answered(client, "stage", 302, tell="1")
    found.refresh_from_db()
    assert (found.mode, found.is_disclosed, Engine.objects.get().running) == (Chat.Mode.LIVE, True, True)
    assert [line["text"] for line in telegram.posted(number)] == [control.disclosure(found)]
    assert "no provider writes yet" in answered(client, "stage")
    words.stay_offline(by="tests")
    assert "makes up its mind" in answered(client, "stage")
    control.set_mode(found, Chat.Mode.PAUSED, by="tests")
    assert "Tell the group" in answered(client, "stage")
    answered(client, "stage", 302, tell="1")
    found.refresh_from_db()
    assert (found.mode, len(telegram.posted(number))) == (Chat.Mode.LIVE, 1)


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_a_group_that_has_moved_is_found_under_its_new_number(telegram: TelegramFake) -> None:
    client = staff.at_the_desk()
    answered(client, "bots", tokens=telegram.add_bot("sahne_0_bot"))
    number = telegram.add_group("Piyasa Sohbeti")
    _hear(Bot.objects.get(), number)
    telegram.member(number, "sahne_0_bot", "administrator")
    moved = telegram.migrate(number)
    answered(client, "group", 302, group=Chat.objects.get().pk)
    assert Chat.objects.get().telegram_id == moved


def _hear(bot: Bot, number: int) -> None:
    """Somebody wrote in a group to which the bot was added."""
    chat = {"id": number, "type": "supergroup", "title": "Piyasa Sohbeti"}
    person = {"id": 5, "is_bot": False, "first_name": "Deniz"}
    message = {"message_id": 1, "date": 1_900_000_000, "chat": chat, "from": person, "text": "Merhaba"}
    inbox.store(bot, port.Update(1, {"update_id": 1, "message": message}))
    assert inbox.process_one()
