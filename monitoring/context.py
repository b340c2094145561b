"""What every page knows. Nothing is read from the database before a template asks for it."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Subquery
from django.http import HttpRequest

from conversations.models import Engine, Provider
from monitoring import access, approvals, badge, checklist, live, pulse, screens, step_up
from monitoring.incidents import reading


class Stage:
    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def watching(self) -> bool:
        """Whether this visitor may see the cast; others get a bare frame."""
        return hasattr(self._request, "user") and access.watcher(self._request)

    @cached_property
    def inside(self) -> bool:
        """Whether search and help are open to this visitor."""
        return hasattr(self._request, "user") and access.insider(self._request)

    @cached_property
    def standing(self) -> badge.Badge:
        return badge.now()

    @cached_property
    def tasks(self) -> checklist.Checklist | None:
        return checklist.of(access.viewer(self._request))

    @cached_property
    def frame(self) -> Any:
        """The engine, with what stands around every page. One query."""
        voices = Provider.objects.filter(enabled=True).order_by().values("kind").distinct()
        return Engine.objects.annotate(
            last=Subquery(live.newest()),
            held=pulse.counted(approvals.waiting(access.viewer(self._request))),
            voices=ArraySubquery(voices),
        ).get(pk=1)

    @cached_property
    def mark(self) -> live.Mark:
        return live.Mark(self.frame.restore_epoch, self.frame.last or 0)

    @cached_property
    def switch(self) -> screens.Switch:
        return screens.switch(access.viewer(self._request), self.frame)

    @cached_property
    def sees_money(self) -> bool:
        return self.watching and access.may(access.viewer(self._request), access.COST)

    @cached_property
    def sees_health(self) -> bool:
        return self.watching and access.may(access.viewer(self._request), access.HEALTH)

    def sees_faults(self) -> bool:
        return self.watching and access.may(access.viewer(self._request), access.FAULTS)

    @cached_property
    def held(self) -> int:
        found: int = self.frame.held
        return found

    @cached_property
    def tally(self) -> reading.Tally:
        """Incidents that wait for somebody."""
        return reading.tally(access.viewer(self._request))

    @cached_property
    def incidents(self) -> reading.Block:
        return reading.block(access.viewer(self._request))

    @cached_property
    def is_guest(self) -> bool:
        return access.is_guest(self._request.user)

    @cached_property
    def asks_code(self) -> bool:
        """Whether to switch the cast on, a code is asked for."""
        return not step_up.is_fresh(self._request)

    @cached_property
    def offline_voice(self) -> bool:
        return pulse.are_offline(self.frame.voices)


def stage(request: HttpRequest) -> dict[str, object]:
    return {"demo": settings.DEMO, "stage": Stage(request)}
