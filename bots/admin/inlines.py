"""What hangs on a row, on its own page."""

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.contrib import admin
from django.db import models
from django.forms import BaseInlineFormSet
from typing_extensions import override

from bots.admin.forms import DeskForm

C = TypeVar("C", bound=models.Model)
P = TypeVar("P", bound=models.Model)

if TYPE_CHECKING:
    _TabularInline = admin.TabularInline
    _BaseInlineFormSet = BaseInlineFormSet[models.Model, models.Model, forms.ModelForm[models.Model]]
else:
    _BaseInlineFormSet = BaseInlineFormSet

    class _TabularInline(Generic[C, P], admin.TabularInline):
        """Django's own cannot be subscripted when it runs."""


class SpokenRows(_BaseInlineFormSet):
    """Each field of a row says what it is to who does not see the head of its column."""

    @override
    def add_fields(self, form: "forms.ModelForm[models.Model]", index: Any) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label and not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", str(field.label))


class Rows(_TabularInline[C, P]):
    form: Any = DeskForm
    formset: Any = SpokenRows
    extra = 0
    show_change_link = False
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 40})},
    }
