"""The line of a bot where Telegram is switched off: nothing leaves, and every question is answered with that."""

from typing import NoReturn

from django.utils.translation import gettext as _

from bots.telegram import port


class Offline:
    """Takes every call of the port and makes none. `Unreachable` is the honest answer: nothing was sent."""

    def send(self, **_asked: object) -> port.Sent:
        self._refuse()

    def typing(self, **_asked: object) -> None:
        self._refuse()

    def react(self, **_asked: object) -> None:
        self._refuse()

    def me(self) -> port.Identity:
        self._refuse()

    def chat(self, chat_id: int) -> port.ChatInfo:  # noqa: ARG002
        self._refuse()

    def member(self, **_asked: object) -> port.MemberInfo:
        self._refuse()

    def pin(self, **_asked: object) -> None:
        self._refuse()

    def managed_token(self, user_id: int) -> str:  # noqa: ARG002
        self._refuse()

    def offer(self, commands: object, *, language: str = "") -> None:  # noqa: ARG002
        self._refuse()

    def set_webhook(self, **_asked: object) -> None:
        self._refuse()

    def delete_webhook(self) -> None:
        self._refuse()

    def webhook(self) -> port.WebhookInfo:
        self._refuse()

    def updates(self, **_asked: object) -> list[port.Update]:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise port.Unreachable(_("Telegram is switched off here (TELEGRAM_MODE=off); nothing was sent."))
