"""Which tests coverage does not watch: being watched doubles the time of a test, and their lines are reached by others.

Figures of coverage are lower bounds for it. A file belongs here when it is long and the figures stay without it.
"""

from collections.abc import Generator
from fnmatch import fnmatch
from typing import Any

import pytest

UNWATCHED = (
    "tests/architecture/*",
    "tests/browser/*",
    "tests/chaos/*",
    "tests/config/test_admin_site.py",
    "tests/conversations/engine/test_every_rule.py",
    "tests/conversations/engine/test_pacing.py",
    "tests/conversations/engine/test_table_of_moves.py",
    "tests/conversations/engine/test_walk.py",
    "tests/conversations/llm/offline/test_offline_voice.py",
    "tests/conversations/llm/offline/test_phrases.py",
    "tests/conversations/simulation/test_day.py",
    "tests/conversations/test_constraints.py",
    "tests/conversations/test_leaving.py",
    "tests/conversations/test_outages.py",
    "tests/conversations/test_processes.py",
    "tests/conversations/test_revisions.py",
    "tests/conversations/test_switch.py",
    "tests/monitoring/backup/test_bring_back.py",
    "tests/monitoring/test_sockets_miss_nothing.py",
    "tests/test_*.py",
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    coverage = _coverage(item)
    if coverage is None or not any(fnmatch(item.nodeid, f"{name}*") for name in UNWATCHED):
        return (yield)
    coverage.pause()
    try:
        return (yield)
    finally:
        coverage.resume()


def _coverage(item: pytest.Item) -> Any:
    """What starts and stops coverage in this process, where it is on."""
    controller = getattr(item.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    return controller if controller and controller.started else None
