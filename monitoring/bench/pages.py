"""How long the pages of the house, and the lists of its API, take over a store of its target size; how many queries.

The server's time alone: a request through every middleware to the last byte, by one who is in with both factors.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.crypto import get_random_string
from django_otp import DEVICE_ID_SESSION_KEY

from bots.models import Bot
from conversations.models import Chat, Turn
from monitoring import people, second_factor
from monitoring.bench import library
from monitoring.bench.figure import Figure
from monitoring.grants import Role

TIMES = 12
"""How often each page is asked for, after a first time that does not count."""
SLOWEST = 6
"""Pages that are named."""
EVERYWHERE, NOWHERE = "endeks", "zürafa"
"""A word of every message, and one of none."""
ALONE = (
    "dashboard", "bots", "providers", "delivery", "chats", "approvals", "attention", "spending", "realism",
    "engine-start", "personas", "fragments", "sessions", "help", "faults", "incidents", "reports",
)  # fmt: skip
"""Our own pages that show no single row."""
API = (
    "api-bots", "api-personas", "api-stances", "api-holdings", "api-memories", "api-chats", "api-memberships",
    "api-turns", "api-rules", "api-audit", "api-series", "api-status",
)  # fmt: skip
"""What programs read over the whole cast."""
LISTS = frozenset({"bots", "chats", "approvals", "attention", "personas", "incidents", "reports"})


@dataclass(frozen=True, slots=True)
class Page:
    address: str
    is_list: bool
    seconds: float
    """The 95th percentile."""
    queries: int


def figures(messages: int) -> list[Figure]:
    library.fill(messages)
    browser = _signed_in()
    pages = [asked(browser, address, is_list=is_list) for address, is_list in addresses()]
    slowest = sorted(pages, key=lambda page: page.seconds, reverse=True)
    told = max((asked(browser, reverse(name), is_list=True) for name in API), key=lambda page: page.seconds)
    lists = sorted((page for page in pages if page.is_list), key=lambda page: page.queries, reverse=True)
    return [
        Figure("pages: looked at", len(pages), "pages", note=f"{messages:,} messages"),
        *(
            Figure(f"pages: p95 of {page.address}", round(page.seconds * 1000), "ms", "below 300")
            for page in slowest[:SLOWEST]
        ),
        Figure("pages: above 300 ms", sum(page.seconds >= 0.3 for page in pages), "pages", "0"),
        Figure("api: slowest list, p95", round(told.seconds * 1000), "ms", "below 100", note=told.address),
        Figure("pages: most queries of a list", lists[0].queries, "queries", "at most 30", note=lists[0].address),
    ]


def addresses() -> Iterator[tuple[str, bool]]:
    """Every page of the admin and of ours, and whether it is a list; lists also as they are searched."""
    yield from ((reverse(name), name in LISTS) for name in ALONE)
    for row in (*Chat.objects.order_by("pk")[:2], *Turn.objects.order_by("-pk")[:2]):
        yield row.get_absolute_url(), False
    yield from ((reverse(name, args=[Bot.objects.latest("pk").pk]), False) for name in ("studio", "versions"))
    yield from _boards()
    yield from ((f"{reverse('search')}?q={word}", False) for word in (EVERYWHERE, NOWHERE))
    yield reverse("admin:index"), False
    for model, desk in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label):
        rows = _address(model, "changelist")
        yield rows, True
        if desk.search_fields:
            yield f"{rows}?q={EVERYWHERE}", True
            yield f"{rows}?q={NOWHERE}", True
        if (last := model._default_manager.order_by("-pk").first()) is not None:
            yield _address(model, "change", last.pk), False


def _boards() -> Iterator[tuple[str, bool]]:
    """Each board over a day, which is read from rows, and over as long as can be, which is not."""
    chat, bot = Chat.objects.earliest("pk"), Bot.objects.latest("pk")
    alone = [reverse(name) for name in ("dashboard", "providers", "delivery", "realism")]
    for board in (*alone, reverse("chat-board", args=[chat.pk]), reverse("bot", args=[bot.pk])):
        yield from ((f"{board}?range={span}", False) for span in ("24h", "90d"))


def _address(model: type[models.Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def _signed_in() -> Client:
    user: User = people.admit("bench", password=get_random_string(24), role=Role.ADMIN, by="bench")
    device = second_factor.issue(user, by="bench").device
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return browser


def asked(browser: Client, address: str, *, is_list: bool) -> Page:
    """Raises ValueError for a page that does not open: it would be the quickest of all."""
    with CaptureQueriesContext(connection) as queries:
        _ask(browser, address)
    count = len(queries)  # the next request forgets them
    seconds = sorted(_ask(browser, address) for _ in range(TIMES))
    return Page(address, is_list, seconds[int(0.95 * TIMES)], count)


def _ask(browser: Client, address: str) -> float:
    began = time.monotonic()
    answer = browser.get(address, follow=True)
    b"".join(answer) if answer.streaming else answer.content
    if answer.status_code != 200:
        raise ValueError(f"{address} answers {answer.status_code}.")
    return time.monotonic() - began
