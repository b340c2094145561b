"""What hangs on a row, on its own page."""

from typing import TYPE_CHECKING, Generic, TypeVar

from django import forms
from django.contrib import admin
from django.db import models

C = TypeVar("C", bound=models.Model)
P = TypeVar("P", bound=models.Model)

if TYPE_CHECKING:
    _TabularInline = admin.TabularInline
else:

    class _TabularInline(Generic[C, P], admin.TabularInline):
        """Django's own cannot be subscripted when it runs."""


class Rows(_TabularInline[C, P]):
    extra = 0
    show_change_link = False
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 40})},
    }
