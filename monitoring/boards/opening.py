"""Boards by their names, for who watches one: each can be opened anew, as of now, for a viewer as just read."""

from collections.abc import Callable, Mapping

from django.contrib.auth.models import User

from bots.models import Bot
from conversations import remits
from conversations.models import Chat
from monitoring.boards.board import Board
from monitoring.boards.bot import BotBoard
from monitoring.boards.chat import ChatBoard
from monitoring.boards.delivery import DeliveryBoard
from monitoring.boards.overview import Overview
from monitoring.boards.providers import ProvidersBoard

Opener = Callable[[User], Board | None]
_ALONE: dict[str, type[Board]] = {board.name: board for board in (Overview, ProvidersBoard, DeliveryBoard)}


def opener(name: str, pk: int | None, asked: Mapping[str, str]) -> Opener | None:
    """How a board is opened; None where there is none of this name."""
    if pk is None:
        kind = _ALONE.get(name)
        return (lambda viewer: kind(viewer, asked)) if kind else None
    if name == ChatBoard.name:
        return lambda viewer: _of_chat(viewer, pk, asked)
    return (lambda viewer: _of_bot(viewer, pk, asked)) if name == BotBoard.name else None


def _of_chat(viewer: User, pk: int, asked: Mapping[str, str]) -> Board | None:
    chat = remits.within(viewer, Chat.objects.all()).filter(pk=pk).first()
    return ChatBoard(viewer, asked, chat=chat) if chat else None


def _of_bot(viewer: User, pk: int, asked: Mapping[str, str]) -> Board | None:
    bot = remits.within(viewer, Bot.objects.select_related("persona")).filter(pk=pk).first()
    return BotBoard(viewer, asked, bot=bot) if bot else None
