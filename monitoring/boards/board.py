"""What every board is: a viewer, a window, charts, and figures beside them."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import get_language

from conversations import remits
from conversations.models import Engine
from monitoring import access, live
from monitoring.charts import gaps, meanwhile, window
from monitoring.charts.chart import Around, Series, Tone, Value
from monitoring.charts.window import Window
from monitoring.reasons import Words


@dataclass
class Board(ABC):
    viewer: User
    asked: Mapping[str, str]
    """The words of the address."""
    now: datetime = field(default_factory=timezone.now)

    name: ClassVar[str]
    keep: ClassVar[tuple[str, ...]] = ()
    """Words of the address besides those of the window."""

    @cached_property
    def window(self) -> Window:
        return window.read(self.asked, self.now, timezone.get_default_timezone(), keep=self.keep)

    @cached_property
    def engine(self) -> Engine:
        return Engine.objects.get(pk=1)

    @cached_property
    def mark(self) -> live.Mark:
        """Where the stream of events stands. Taken before anything that the board shows is read."""
        return live.mark()

    @cached_property
    def chats(self) -> list[int] | None:
        """The chats whose numbers this viewer sees; None: all."""
        return remits.ids(self.viewer)

    @cached_property
    def sees_cost(self) -> bool:
        return access.may(self.viewer, access.COST)

    @cached_property
    def reads_cast(self) -> bool:
        return access.may(self.viewer, access.READ_CAST)

    @property
    def about(self) -> int | None:
        """The row that it is about; None where it is about no single one."""
        return None

    @property
    def key(self) -> Hashable:
        """Two boards with the same key show the same at the same time: all that they depend on is in it."""
        may = (None if self.chats is None else tuple(self.chats), self.sees_cost, self.reads_cast)
        return (self.name, self.about, self.window.query(), may, get_language())

    @cached_property
    def around(self) -> Around:
        return meanwhile.around(self.window, self.engine, self.now)

    @cached_property
    def holes(self) -> frozenset[int]:
        return gaps.slots(self.window, self.around.gaps)

    def series(self, name: str, label: Words, tone: Tone, values: Sequence[float], whole: Value = None) -> Series:
        """Counts, in which a nought while nobody was there is no nought."""
        return Series(name, label, tone, gaps.blank(values, self.holes), whole)

    @cached_property
    @abstractmethod
    def charts(self) -> Sequence[Any]:
        """In the order in which the page shows them."""

    @cached_property
    @abstractmethod
    def figures(self) -> dict[str, Any]:
        """What `boards/_<name>.html` shows."""

    @property
    def context(self) -> dict[str, Any]:
        return {"board": self, "window": self.window, "sees_cost": self.sees_cost, **self.figures}
