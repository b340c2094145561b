"""Notices leave once: whoever fails is tried again, whoever may have got it is not told twice."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings

from bots import roster, vault
from conversations import remits
from conversations.engine import clock
from conversations.models import Steward
from monitoring.grants import Role
from monitoring.incidents import carriers, channels, keeping, outbox
from monitoring.incidents.models import Channel, Delivery, Incident, Kind, Lookout, Severity, Threshold
from tests import staff, stagehands
from tests.fakes.handles import TelegramFake
from tests.monitoring.incidents.receiving import Receiver, receiver
from tests.monitoring.incidents.seeing import began, later

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def box(settings: Settings) -> Iterator[Receiver]:
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    with receiver() as found:
        yield found


def channel(kind: str = "webhook", address: str = "", **more: Any) -> Channel:
    values: dict[str, Any] = {"name": "nöbet", "language": "tr"}
    made = Channel.objects.create(kind=kind, **(values | more))
    if address:
        channels.set_address(made, address, by="tests")
    return made


def carried() -> int:
    Lookout.objects.update(carried_at=None)
    return outbox.carry()


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_webhook_is_signed_and_carries_the_incident(box: Receiver) -> None:
    hook = channel(address=box.address)
    incident = began(Kind.TOKEN, count=1)
    assert carried() == 1
    ((headers, body),) = box.came
    secret = vault.open(Channel.objects.get(pk=hook.pk).secret, place=hook.place("secret"))
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}"
    assert headers["webhook-signature"] == carriers.signature(secret, signed)
    (told,) = box.bodies
    assert told["type"] == "incident.opened"
    assert told["incident"]["url"].endswith(f"/incidents/{incident.pk}/")
    assert told["incident"]["severity"] == "urgent"
    assert states() == ["sent"]


def test_slack_and_discord_get_their_form_and_no_mention_works(box: Receiver) -> None:
    channel("slack", box.address)
    channel("discord", box.address)
    room = stagehands.room(stagehands.troupe(1), title="<!everyone> @everyone")
    began(Kind.DUPLICATE, f"chat:{room.pk}", count=1, minutes=60)
    assert carried() == 2
    slack, discord = box.bodies
    assert "&lt;!everyone&gt;" in slack["text"]
    assert discord["allowed_mentions"] == {"parse": []}


def test_what_was_not_taken_is_tried_again_and_order_is_kept(box: Receiver) -> None:
    channel(address=box.address)
    box.answers = [(503, {}), (429, {"retry-after": "7"})]
    incident = began(Kind.BROKER)
    later(incident, minutes=2)
    assert (carried(), states()) == (1, ["waiting"])
    keeping.settle(Threshold.objects.get(kind=Kind.BROKER), [], clock.now())
    assert (carried(), states()) == (0, ["waiting", "waiting"]), "the end is not told before the beginning"
    for expected in (["waiting", "waiting"], ["sent", "sent"]):
        Delivery.objects.update(next_at=timezone.now())
        carried()
        assert states() == expected
    assert [body["type"] for body in box.bodies] == ["incident.opened"] * 3 + ["incident.closed"]
    assert len({body["id"] for body in box.bodies[:3]}) == 1, "who gets it can tell that it is the same"


def test_a_refusal_is_final_and_a_lost_answer_is_known_as_such(box: Receiver) -> None:
    channel("slack", box.address)
    box.answers = [(404, {}), (0, {})]
    began(Kind.BROKER)
    carried()
    began(Kind.AUDIT, seq=1, reason="x")
    carried()
    assert states() == ["failed", "unknown"]
    assert "127.0.0.1" in Delivery.objects.earliest("pk").error
    assert Channel.objects.get().failures == 2


def test_of_two_carriers_each_takes_its_own(box: Receiver) -> None:
    channel(address=box.address)
    began(Kind.BROKER)
    delivery = Delivery.objects.get()
    first, second = outbox.claim(delivery), outbox.claim(delivery)
    assert first
    assert second is None
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    outbox.recover()
    assert carried() == 1, "whoever held it died, and a webhook may be told again"
    outbox.send(first)
    assert states() == ["sent"], "the late one changes nothing"


def test_what_died_on_the_way_to_slack_is_perhaps_delivered(box: Receiver) -> None:
    channel("slack", box.address)
    began(Kind.BROKER)
    assert outbox.claim(Delivery.objects.get())
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    outbox.recover()
    assert states() == ["unknown"]


def test_private_addresses_are_refused_when_typed_and_when_called(settings: Settings, box: Receiver) -> None:
    channel(address=box.address)
    settings.OUTBOUND_ALLOW = []
    began(Kind.BROKER)
    carried()
    assert (states(), box.came) == (["failed"], [])
    with pytest.raises(ValidationError):
        channel(address="http://169.254.169.254/latest")


# --- E-mail ----------------------------------------------------------------------------------------------------------
def test_a_mail_is_html_and_text_in_the_language_of_its_channel(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example"
    channel("email", email="ayse@example.com", language="en")
    began(Kind.ENGINE_OFF, minutes=60, name="kadir", chats=2)
    assert carried() == 1
    (sent,) = mail.outbox
    assert sent.to == ["ayse@example.com"]
    assert "The engine was stopped 60 minutes ago by kadir" in sent.body
    assert sent.alternatives[0].mimetype == "text/html"  # type: ignore[attr-defined]  # of EmailMultiAlternatives
    assert sent.extra_headers["Message-ID"].startswith(f"<{Delivery.objects.get().uuid}@")


def test_without_a_mail_server_it_says_so(settings: Settings, loopback_port: int) -> None:
    channel("email", email="ayse@example.com")
    began(Kind.BROKER)
    carried()
    assert states() == ["failed"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", loopback_port
    began(Kind.AUDIT, seq=1, reason="x")
    carried()
    assert states() == ["failed", "waiting"]


# --- Telegram --------------------------------------------------------------------------------------------------------
def test_a_steward_is_told_by_a_bot_of_the_house(telegram_server: TelegramFake, settings: Settings) -> None:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    sheet = stagehands.sheet("Nermin", memories=(), token=telegram_server.add_bot("nermin_sahne_bot"))
    (bot,) = roster.enrol_all([sheet], by="tests")
    told = telegram_server.do("say", user="Ayşe", text="merhaba", bot="nermin_sahne_bot")
    steward = Steward.objects.create(user=staff.account(), telegram_id=told["chat"]["id"], bound_at=timezone.now())
    channel("telegram", bot=bot, steward=steward)
    began(Kind.BROKER)
    carried()
    assert states() == ["sent"]
    said = [call["params"]["text"] for call in telegram_server.calls("sendMessage")]
    assert "/incidents/" in said[0]


# --- Who is told -----------------------------------------------------------------------------------------------------
def test_severity_and_rights_decide_who_is_told() -> None:
    mine, other = stagehands.room(stagehands.troupe(1)), stagehands.room([], title="Öteki")
    limited = staff.account("kadir", Role.OPERATOR)
    remits.limit(limited, [mine], by="tests")
    gone = staff.account("eski", Role.ANALYST)
    gone.is_active = False
    gone.save()
    for name, person, least in (
        ("ev", None, 1), ("acil", None, 3), ("kadir", limited, 1), ("eski", gone, 1), ("yok", None, None)
    ):  # fmt: skip
        channel("email", email="a@example.com", name=name, person=person, least=least)

    def told(incident: Incident) -> list[str]:
        return sorted(Delivery.objects.filter(incident=incident).values_list("channel__name", flat=True))

    assert told(began(Kind.QUIET, f"chat:{mine.pk}")) == ["ev", "kadir"]
    assert told(began(Kind.QUIET, f"chat:{other.pk}")) == ["ev"]
    assert told(began(Kind.BUDGET_SPENT, f"chat:{mine.pk}", name="b", percent=100)) == ["acil", "ev"]
    assert told(began(Kind.BROKER)) == ["acil", "ev", "kadir"]


def test_quiet_hours_hold_back_what_is_not_urgent_and_drop_what_is_over() -> None:
    now = timezone.localtime()
    hours: dict[str, Any] = {
        "quiet_starts": (now - timedelta(hours=1)).time(),
        "quiet_ends": (now + timedelta(hours=1)).time(),
    }
    channel("email", email="a@example.com", **hours)
    urgent, calm = began(Kind.BROKER), began(Kind.GUARD, percent=50, count=20, code="", reason="")
    assert calm.severity == Severity.WARNING
    held = Delivery.objects.get(incident=calm)
    assert held.next_at > clock.now() + timedelta(minutes=58)
    assert Delivery.objects.get(incident=urgent).next_at <= clock.now()
    later(calm, minutes=2)
    keeping.settle(Threshold.objects.get(kind=Kind.GUARD), [], clock.now())
    Delivery.objects.filter(incident=calm).update(next_at=clock.now())
    carried()
    assert set(Delivery.objects.filter(incident=calm).values_list("what", "state")) == {
        ("opened", "dropped"), ("closed", "dropped"),
    }  # fmt: skip


def test_what_somebody_has_taken_on_is_not_told_of_again() -> None:
    channel("email", email="a@example.com", tells_end=True)
    incident = began(Kind.BROKER)
    keeping.acknowledge(incident, by=staff.account())
    carried()
    assert states() == ["dropped"]


def test_who_was_limited_meanwhile_is_not_told_any_more() -> None:
    mine, other = stagehands.room(stagehands.troupe(1)), stagehands.room([], title="Öteki")
    person = staff.account("kadir", Role.OPERATOR)
    channel("email", email="a@example.com", person=person)
    began(Kind.QUIET, f"chat:{other.pk}")
    remits.limit(person, [mine], by="tests")
    carried()
    assert (states(), mail.outbox) == (["dropped"], [])


def test_a_fault_of_ours_ends_the_notice_and_others_leave(box: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    channel("email", email="a@example.com")
    channel(address=box.address)

    def broken(*_given: object) -> None:
        raise KeyError("kırık")

    monkeypatch.setitem(carriers._CARRIERS, Channel.Kind.EMAIL, broken)
    began(Kind.BROKER)
    assert carried() == 2
    assert states() == ["failed", "sent"]
    assert Delivery.objects.earliest("pk").error == "KeyError"


# --- The verbs of channels -------------------------------------------------------------------------------------------
def test_a_test_says_at_once_whether_it_got_through(box: Receiver) -> None:
    hook = channel(address=box.address)
    channels.try_out(hook, by="tests")
    assert box.bodies[0]["type"] == "test"
    box.answers = [(500, {})]
    with pytest.raises(ValidationError, match="500"):
        channels.try_out(hook, by="tests")
    assert states() == ["sent", "dropped"]


def test_another_secret_is_shown_once_and_only_for_webhooks(box: Receiver) -> None:
    hook = channel(address=box.address)
    secret = channels.renew_secret(hook, by="tests")
    assert vault.open(Channel.objects.get(pk=hook.pk).secret, place=hook.place("secret")) == secret
    with pytest.raises(ValidationError):
        channels.renew_secret(channel("slack", box.address), by="tests")
