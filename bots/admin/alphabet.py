"""Lists in the order of the Turkish alphabet, which PostgreSQL alone does not know."""

from typing import Any

from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from typing_extensions import override

from bots.found import Alphabetical


class Ordered(ChangeList):
    @override
    def get_ordering(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> list[Any]:
        return [self._of_words(part) for part in super().get_ordering(request, queryset)]

    def _of_words(self, part: Any) -> Any:
        if not isinstance(part, str):
            return part
        name = part.removeprefix("-")
        if not self._holds_words(name):
            return part
        return Alphabetical(name).desc() if part.startswith("-") else Alphabetical(name).asc()

    def _holds_words(self, name: str) -> bool:
        try:
            field = get_fields_from_path(self.model, name)[-1]
        except (FieldDoesNotExist, NotRelationField):
            return False
        return isinstance(field, (models.CharField, models.TextField)) and not field.choices
