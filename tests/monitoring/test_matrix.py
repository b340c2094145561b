"""Every route against every role: who gets in, and who does not. A route that is not in the table fails."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from monitoring.grants import Role
from tests import staff

pytestmark = pytest.mark.django_db

OPEN = {
    "set_language", "door", "enter", "leave", "livez", "readyz", "startupz", "metrics", "founding", "founding-key",
    "invitation", "webhook", "from-browsers",
}  # fmt: skip
"""For everybody: doors, signs of life, and what asks for a secret of its own."""
ALL, WATCH, RUN, ADMIN = "admin operator analyst auditor", "admin operator analyst", "admin operator", "admin"
MATRIX = {
    "second-factor": ALL, "step-up": ALL,
    "passkey-begin": ALL, "passkey-add": ALL, "passkey-remove": ALL, "passkey-ask": ALL, "passkey-show": ALL,
    "sessions": ALL, "sessions-end": ALL, "here": ALL,
    "dashboard": WATCH, "chats": WATCH, "chat": WATCH, "older": WATCH, "first-room": WATCH, "rehearsal": WATCH,
    "incidents": WATCH, "incident": WATCH, "incident-decide": RUN, "incident-remedy": RUN,
    "reports": WATCH, "report": WATCH, "report-csv": WATCH, "report-subscribe": WATCH,
    "approvals": WATCH, "attention": WATCH, "turn": WATCH, "realism": WATCH,
    "chat-board": WATCH, "bots": WATCH, "bot": WATCH, "providers": WATCH, "delivery": WATCH,
    "personas": WATCH, "compare": WATCH, "fragments": WATCH, "fragment": WATCH, "studio": WATCH, "versions": WATCH,
    "studio-check": RUN, "studio-try": RUN, "restore": RUN, "cut": RUN, "fragment-drop": RUN, "duplicate": RUN,
    "take-over": RUN, "speak-as": RUN,
    "say": RUN, "react": RUN, "approve-several": RUN, "approval": RUN, "turn-decide": RUN, "spending": RUN,
    "faults": RUN, "fault-decide": RUN,
    "search": ALL, "help": ALL, "help-reasons": ALL, "help-doctor": ALL, "help-chapter": ALL, "export": RUN,
    "health": RUN, "health-kind": RUN,
    "engine-stop": RUN, "engine-start": ADMIN, "founding-step": ADMIN,
    "api-schema": WATCH, "api-status": WATCH, "api-series": WATCH,
    "api-bots": WATCH, "api-bot": WATCH, "api-personas": WATCH, "api-persona": WATCH, "api-sheet": WATCH,
    "api-versions": WATCH, "api-version": WATCH, "api-bot-stances": WATCH, "api-bot-holdings": WATCH,
    "api-bot-memories": WATCH, "api-stances": WATCH, "api-stance": WATCH, "api-holdings": WATCH, "api-holding": WATCH,
    "api-memories": WATCH, "api-memory": WATCH,
    "api-bot-pause": RUN, "api-bot-resume": RUN, "api-bot-retire": ADMIN, "api-bot-token": ADMIN,
    "api-check": RUN, "api-try": RUN, "api-restore": RUN,
    "api-chats": WATCH, "api-chat": WATCH, "api-messages": WATCH, "api-message": WATCH, "api-memberships": WATCH,
    "api-membership": WATCH, "api-turns": WATCH, "api-turn": WATCH,
    "api-chat-mode": RUN, "api-chat-pause": RUN, "api-chat-disclose": RUN, "api-chat-members": RUN,
    "api-take": RUN, "api-speak": RUN, "api-stay": RUN, "api-hand-back": RUN,
    "api-turn-delivered": RUN, "api-turn-approve": RUN, "api-turn-reject": RUN, "api-turn-retry": RUN,
    "api-turn-again": RUN, "api-turn-reword": RUN,
    "api-rules": WATCH, "api-rules-current": WATCH, "api-revision": WATCH, "api-rules-return": RUN,
    "api-engine-start": ADMIN, "api-engine-stop": RUN, "api-engine-scale": ADMIN,
    "api-exports": ALL, "api-export": ALL, "api-audit": "admin operator auditor",
}  # fmt: skip
"""SECURITY: who reaches what. What of it a role may see there is for other tests."""
ARGUMENTS = {
    "pk": 424242, "before": 1, "verb": "reject", "bot": 424242, "number": 1, "token": "x", "name": "words",
    "kind": "token", "webhook_id": uuid4(),
}  # fmt: skip
CHOSEN = {
    "export": {"app": "bots", "name": "bot"}, "incident-decide": {"verb": "acknowledge"},
    "incident-remedy": {"name": "slow_chat"}, "from-browsers": {"kind": "script"},
}  # fmt: skip
"""Where what is asked for decides who may."""


def routes() -> dict[str, str]:
    """Name and address of every route that is not the admin's own; those have tests by model."""
    return {name: reverse(name, kwargs=arguments) for name, arguments in _named(get_resolver().url_patterns)}


def _named(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, dict[str, object]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from _named(pattern.url_patterns)
        elif pattern.name:
            yield (
                pattern.name,
                {name: (ARGUMENTS | CHOSEN.get(pattern.name, {}))[name] for name in pattern.pattern.converters},
            )


def _kept_out(answer: HttpResponseBase) -> bool:
    """Refused, or led to where one signs in."""
    led = answer.headers.get("Location", "")
    return answer.status_code == 403 or led.startswith((reverse("admin:login"), reverse("second-factor")))


def _knock(browser: Client, address: str) -> HttpResponseBase:
    answer = browser.get(address)
    return browser.post(address, "{}", content_type="application/json") if answer.status_code == 405 else answer


def test_every_route_has_its_place_in_the_table() -> None:
    assert (OPEN | set(MATRIX)) == set(routes())


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_a_role_reaches_what_the_table_says_and_nothing_else(role: Role | None) -> None:
    """Without a role: the right password, and no second factor."""
    browser = staff.at_the_desk(role) if role else staff.browser(staff.account())
    reached, allowed = set(), set()
    for name, address in routes().items():
        if name in MATRIX:
            reached |= set() if _kept_out(_knock(browser, address)) else {name}
            allowed |= {name} if role and role.value in MATRIX[name].split() else set()
    assert reached - allowed - ({"second-factor", "here"} if role is None else set()) == set()
    assert allowed - reached == set()


def test_strangers_and_people_of_no_role_reach_nothing() -> None:
    staff.account()
    nobody = Client()
    nobody.force_login(User.objects.create_user("yabanci"), backend="django.contrib.auth.backends.ModelBackend")
    for browser in (Client(), nobody):
        reached = {name for name in MATRIX if not _kept_out(_knock(browser, routes()[name]))}
        assert reached - {"here"} == set()
