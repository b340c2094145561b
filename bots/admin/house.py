"""What a desk asks of the admin site that it stands in, which knows the people: `config.admin.KulisAdminSite`."""

from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.http import HttpRequest


class House(Protocol):
    def is_fresh(self, request: HttpRequest) -> bool:
        """Whether a dangerous act may go on without another code of the second factor."""

    def prove(self, request: HttpRequest) -> None:
        """Take the code that came with a dangerous act. Raises ValidationError without a right one."""

    def within(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of these rows those that this person has to do with."""

    def is_limited(self, request: HttpRequest) -> bool:
        """Whether this person has to do with some chats alone."""

    def knows_chats(self, model: type[Model]) -> bool:
        """Whether rows of this table are about chats."""
