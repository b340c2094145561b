"""What hangs on a bot, on its own page."""

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.contrib import admin
from django.db import models
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin.forms import DeskForm
from bots.models import ActiveHours, Bot, Holding, Memory, Stance

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


class HoursRows(Rows[ActiveHours, Bot]):
    model = ActiveHours
    verbose_name_plural = gettext_lazy("Active hours (none: always; rehearsal rooms usually ignore them)")


class StanceRows(Rows[Stance, Bot]):
    model = Stance
    fields = ("topic", "text", "confidence", "cooldown_until")
    readonly_fields = ("cooldown_until",)
    verbose_name_plural = gettext_lazy("Stances (what it thinks about a topic or symbol)")


class HoldingRows(Rows[Holding, Bot]):
    model = Holding
    verbose_name_plural = gettext_lazy("Holdings (fictional)")


class MemoryRows(Rows[Memory, Bot]):
    model = Memory
    fields = ("kind", "text", "importance", "use_count", "last_used_at")
    readonly_fields = ("use_count", "last_used_at")
    verbose_name_plural = gettext_lazy("Memories (found by meaning while it talks)")
    classes = ("collapse",)
    ordering = ("-importance", "pk")
