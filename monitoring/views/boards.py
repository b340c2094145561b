"""Boards: the overview, a chat, a bot, the providers, the delivery. A chart of each is also a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bots.models import Bot
from conversations import remits
from conversations.models import Chat
from monitoring.access import viewer, watchers_only
from monitoring.boards import bots as cast
from monitoring.boards.board import Board
from monitoring.boards.bot import BotBoard
from monitoring.boards.chat import ChatBoard
from monitoring.boards.delivery import DeliveryBoard
from monitoring.boards.overview import Overview
from monitoring.boards.providers import ProvidersBoard
from monitoring.charts import telling
from monitoring.studio import cast as names


@require_safe
@watchers_only
def overview(request: HttpRequest) -> HttpResponse:
    """The cast at a glance."""
    return _shown(request, Overview(viewer(request), request.GET))


@require_safe
@watchers_only
def chat(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened in one chat, and why."""
    found = get_object_or_404(remits.within(request.user, Chat.objects.all()), pk=pk)
    return _shown(request, ChatBoard(viewer(request), request.GET, chat=found))


@require_safe
@watchers_only
def bots(request: HttpRequest) -> HttpResponse:
    """Who said how much in the last day."""
    asked = request.GET.get("q", "").strip()[:100]
    lines = cast.listed(asked, timezone.now(), viewer(request))
    return render(request, "boards/bots.html", {"lines": lines, "asked": asked})


@require_safe
@watchers_only
def bot(request: HttpRequest, pk: int) -> HttpResponse:
    """One bot, or two side by side."""
    found = get_object_or_404(remits.within(request.user, Bot.objects.select_related("persona")), pk=pk)
    others = [one for one in names.names(viewer(request)) if one.pk != found.pk]
    return _shown(request, BotBoard(viewer(request), request.GET, bot=found), others=others)


@require_safe
@watchers_only
def providers(request: HttpRequest) -> HttpResponse:
    """Where the words come from."""
    return _shown(request, ProvidersBoard(viewer(request), request.GET))


@require_safe
@watchers_only
def delivery(request: HttpRequest) -> HttpResponse:
    """How messages reach their chats."""
    return _shown(request, DeliveryBoard(viewer(request), request.GET))


def _shown(request: HttpRequest, board: Board, **more: object) -> HttpResponse:
    if "csv" in request.GET:
        return _file(board, request.GET["csv"])
    mark = board.mark
    return render(request, f"boards/{board.name}.html", {"mark": mark, **board.context, "charts": board.charts, **more})


def _file(board: Board, name: str) -> HttpResponse:
    """Every slot of one chart; who sees the chart gets the file."""
    chart = next((one for one in board.charts if one.name == name), None)
    if chart is None:
        raise Http404(_("There is no such chart here."))
    answer = HttpResponse(telling.csv(chart), content_type="text/csv; charset=utf-8")
    until = board.window.local(board.window.until)
    day = f"{board.name}-{chart.name}-{board.window.span.key}-{until:%Y-%m-%dT%H%M}"
    answer["Content-Disposition"] = f'attachment; filename="kulis-{day}.csv"'
    return answer
