"""Adapters: one notice, carried by mail, by a webhook, to Slack, to Discord or to a steward on Telegram.

Each translates what went wrong into `Later` (provably not taken), `Refused` (a final no) or `Unclear` (nobody knows).
Addresses that were typed pass the same guard as every other (`bots.outbound`), also when they are called.
"""

import base64
import hashlib
import hmac
import json
import smtplib
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from bots import deadline, gate, outbound, roster, vault
from bots.telegram import port
from bots.telegram.text import clip
from monitoring.incidents.models import Channel, Delivery
from monitoring.incidents.wording import Note

SECONDS = 10.0
ROOM = 65_536
"""Bytes of an answer that are read."""
SLACK_MOST, DISCORD_MOST = 3000, 1900
PREFIX = "whsec_"


class Undelivered(Exception):
    """The message is a sentence for people, without any secret."""


class Later(Undelivered):
    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class Refused(Undelivered):
    pass


class Unclear(Undelivered):
    pass


def carry(delivery: Delivery, note: Note) -> None:
    """Raises Later, Refused or Unclear; VaultError where a secret does not open."""
    _CARRIERS[delivery.channel.kind](delivery, note)


# --- E-mail ----------------------------------------------------------------------------------------------------------
def _email(delivery: Delivery, note: Note) -> None:
    if not settings.EMAIL_HOST:
        raise Refused(_("No mail server is known: set EMAIL_URL."))
    host = urlsplit(settings.PUBLIC_URL).hostname or "kulis"
    headers = {"Message-ID": f"<{delivery.uuid}@{host}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(note.subject, note.text, to=[delivery.channel.email], headers=headers)
    mail.attach_alternative(note.html, "text/html")
    for name, body in note.files:
        mail.attach(name, body, "text/csv")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise Refused(_("The mail server does not take this address.")) from error
    except smtplib.SMTPResponseException as error:
        told = _("The mail server answered %(code)s.") % {"code": error.smtp_code}
        raise (Later if error.smtp_code < 500 else Refused)(told) from error
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        raise Unclear(_("The mail server fell silent.")) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Later(_("The mail server does not answer.")) from error


# --- Webhooks --------------------------------------------------------------------------------------------------------
def _webhook(delivery: Delivery, note: Note) -> None:
    """Signed as the Standard Webhooks specification has it, so that any of its libraries verifies it."""
    channel, moment = delivery.channel, str(int(time.time()))
    body = json.dumps(note.payload, ensure_ascii=False)
    headers = {"webhook-id": str(delivery.uuid), "webhook-timestamp": moment}
    if channel.secret:
        secret = vault.open(channel.secret, place=channel.place("secret"))
        headers["webhook-signature"] = signature(secret, f"{delivery.uuid}.{moment}.{body}")
    _post(channel, body, headers)


def signature(secret: str, signed: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()


def _slack(delivery: Delivery, note: Note) -> None:
    plain = note.brief.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    _post(delivery.channel, json.dumps({"text": plain[:SLACK_MOST]}))


def _discord(delivery: Delivery, note: Note) -> None:
    wish = {"content": note.brief[:DISCORD_MOST], "allowed_mentions": {"parse": []}}
    _post(delivery.channel, json.dumps(wish))


def _post(channel: Channel, body: str, headers: Mapping[str, str] | None = None) -> None:
    address = vault.open(channel.address, place=channel.place("address")) if channel.address else ""
    sent = {"content-type": "application/json", **(headers or {})}
    try:
        with deadline.until(time.monotonic() + SECONDS, room=ROOM):
            answer = outbound.client(address).post(address, content=body.encode(), headers=sent)
    except outbound.Blocked as blocked:
        raise Refused(str(blocked)) from None
    except deadline.Unsent:
        raise Later(_("%(host)s cannot be reached.") % {"host": channel.address_hint}) from None
    except httpx.HTTPError:
        raise Unclear(_("%(host)s took it and did not answer.") % {"host": channel.address_hint}) from None
    _judge(answer, channel.address_hint)


def _judge(answer: httpx.Response, host: str) -> None:
    if answer.is_success:
        return
    told = _("%(host)s answered %(status)s.") % {"host": host, "status": answer.status_code}
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise Later(told, _wait(answer.headers.get("retry-after", "")))
    raise (Later if answer.is_server_error else Refused)(told)


def _wait(given: str) -> float | None:
    return min(float(given), 3600.0) if given.isascii() and given.isdecimal() and given != "0" else None


# --- Telegram --------------------------------------------------------------------------------------------------------
def _telegram(delivery: Delivery, note: Note) -> None:
    bot, steward = delivery.channel.bot, delivery.channel.steward
    if bot is None or steward is None or steward.telegram_id is None:
        raise Refused(_("It has no bot, or no steward who has proven a Telegram account."))
    try:
        with gate.heeded(bot) as line:
            line.send(chat_id=steward.telegram_id, text=clip(note.brief), deadline=time.monotonic() + SECONDS)
    except port.RetryAfter as error:
        raise Later(str(error), error.seconds) from error
    except port.NotSent as error:
        raise Later(str(error)) from error
    except port.Rejected as error:
        if isinstance(error, port.InvalidToken):
            roster.token_refused(bot)
        raise Refused(str(error)) from error
    except port.TelegramError as error:
        raise Unclear(str(error)) from error


_CARRIERS: dict[str, Callable[[Delivery, Note], None]] = {
    Channel.Kind.EMAIL: _email,
    Channel.Kind.WEBHOOK: _webhook,
    Channel.Kind.SLACK: _slack,
    Channel.Kind.DISCORD: _discord,
    Channel.Kind.TELEGRAM: _telegram,
}
