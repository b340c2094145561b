"""The bots at Telegram: their tokens, and whether what people write reaches us."""

from django.conf import settings

from bots.models import Bot
from conversations import together, webhooks
from conversations.models import Chat
from monitoring.probes import groups, looking
from monitoring.probes.finding import Finding, fail, ok, warn
from monitoring.probes.looking import Look
from monitoring.probes.phrase import gettext as _

SECONDS = 20.0


def telegram() -> list[Finding]:
    bots = list(Bot.objects.active().order_by("username"))
    chats = list(Chat.objects.filter(kind=Chat.Kind.TELEGRAM).select_related("listener").order_by("title"))
    talking = [chat for chat in chats if chat.mode in {Chat.Mode.LIVE, Chat.Mode.APPROVAL}]
    told = [finding for chat in chats for finding in groups.disclosure(chat)]
    if settings.TELEGRAM_MODE == "off":
        return [_switched_off(talking), *told]
    with_token = [bot for bot in bots if bot.token]
    looks = dict(zip(with_token, together.ask(with_token, looking.look, seconds=SECONDS), strict=True))
    heard = together.ask(talking, lambda chat: groups.privacy(chat, looks), seconds=SECONDS)
    return [
        *_without_token(bots, talking),
        *(token(bot, look) for bot, look in looks.items()),
        *(hearing(bot, look) for bot, look in looks.items() if look and look.identity),
        *filter(None, heard),
        *told,
    ]


def _switched_off(talking: list[Chat]) -> Finding:
    text = _("Telegram is off (TELEGRAM_MODE=off): only rehearsal rooms talk.")
    if talking:
        return warn(
            "telegram",
            text,
            _("Set TELEGRAM_MODE to webhook or polling; %(count)s groups wait.") % {"count": len(talking)},
        )
    return ok("telegram", text)


def _without_token(bots: list[Bot], talking: list[Chat]) -> list[Finding]:
    silent = [bot for bot in bots if not bot.token]
    if not silent:
        return []
    in_groups = Bot.objects.filter(
        pk__in=[bot.pk for bot in silent], memberships__chat__in=talking, memberships__ended_at=None
    )
    if names := sorted({str(bot) for bot in in_groups}):
        text = _("No token, so they never speak in their groups: %(names)s.") % {"names": ", ".join(names)}
        return [warn("tokens", text, _("Give them tokens from @BotFather, or take them out of the groups."))]
    return [ok("tokens", _("%(count)s bots have no token and play in rehearsal rooms only.") % {"count": len(silent)})]


def token(bot: Bot, look: Look | None) -> Finding:
    name = f"token {bot}"
    if look is None:
        return fail(name, _("Telegram did not answer in time."), _("Look at the network and at TELEGRAM_API_BASE."))
    if look.refused:
        return fail(name, look.trouble, _("Get a new token from @BotFather and give it to the bot."))
    if look.shut:
        return fail(name, look.trouble, _("Put the key back into FIELD_KEYS, or give the bot its token again."))
    if look.identity is None:
        return fail(name, look.trouble, _("Look at the network and at TELEGRAM_API_BASE."))
    if look.identity.username.lower() != bot.username.lower():
        text = _("The token belongs to @%(other)s.") % {"other": look.identity.username}
        return fail(name, text, _("Give the bot its own token."))
    if bot.token_state == Bot.Token.DEAD:
        text = _("Telegram takes the token again, but it is marked as refused, so the bot is silent.")
        return warn(name, text, _("Test the token in the admin."))
    return ok(name, _("Telegram knows it as %(name)s.") % {"name": look.identity.name})


def hearing(bot: Bot, look: Look) -> Finding:
    """Whether what people write to it comes to us."""
    name = f"updates {bot}"
    if settings.TELEGRAM_MODE == "polling":
        if look.webhook:
            return fail(name, _("A webhook is set, so it cannot be polled."), _("Run `manage.py webhook delete`."))
        return ok(name, _("It is polled."))
    if look.webhook != webhooks.address(bot):
        text = _("Telegram brings its updates to %(url)s.") % {"url": look.webhook or "–"}
        return fail(name, text, _("Run `manage.py webhook set`."))
    return ok(name, _("Telegram brings its updates here."))
