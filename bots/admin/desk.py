"""What every page of the admin has in common: each change is audited in its own transaction, what the database refuses
comes back as an error of the form with everything that was typed, and an empty list says what to do next."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.forms import BaseModelFormSet, Field, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from typing_extensions import override

from bots import audit
from bots.admin import forms

M = TypeVar("M", bound=models.Model)

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin
else:

    class _ModelAdmin(Generic[M], admin.ModelAdmin):
        """Django's own cannot be subscripted when it runs."""


def person(request: HttpRequest) -> User:
    """Who sits at the desk."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class Desk(_ModelAdmin[M]):
    """A model's place in the admin."""

    form = forms.DeskForm
    summary: Any = ""
    """One sentence: what these rows are."""
    empty: Any = ""
    """What to do when there are none."""
    object_actions: Sequence[str] = ()
    """Actions that also have a button on the page of one row."""
    writer_audits = False
    """Whether the writer that saves the row itself leaves its own entry in the audit trail."""
    deletable = False

    list_per_page = 50
    show_full_result_count = False
    save_on_top = False
    show_facets = admin.ShowFacets.NEVER

    # --- Refusals ----------------------------------------------------------------------------------------------------
    @override
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"desk": self, "buttons": self._buttons(request, object_id)} | (extra_context or {})
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except ValidationError as refused:
            refusal = refused
        except IntegrityError as refused:
            refusal = forms.in_words(refused, self.model)
        # The transaction is undone. The same form again, with the refusal among its errors.
        request.refusal = refusal  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, context)

    @override
    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[M]]":
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(form.__name__, (form,), {"refusal": refusal}) if refusal else form

    @override
    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest | None, **kwargs: Any
    ) -> Field | None:
        if isinstance(db_field, ArrayField):
            return db_field.formfield(form_class=forms.Lines)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # --- The audit trail ---------------------------------------------------------------------------------------------
    @override
    def construct_change_message(
        self, request: HttpRequest, form: "ModelForm[M]", formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """What changed, as evidence: [{"before": ..., "after": ...}]."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        if not self.writer_audits:
            before, after = _changed(form, add=add)
        for formset in formsets or ():
            after |= _changed_rows(formset)
        return [{"before": before, "after": after}]

    @override
    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> None:  # type: ignore[override]
        self._record(request, obj, "add", message)

    @override
    def log_change(self, request: HttpRequest, obj: M, message: Any) -> None:  # type: ignore[override]
        self._record(request, obj, "change", message)

    @override
    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[M]) -> None:  # type: ignore[override]
        for row in queryset:
            audit.record(f"{self.opts.model_name}.delete", by=person(request), subject=row)

    @override
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One history, not two: the audit trail of this row."""
        chosen = urlencode({"subject_kind": self.opts.label_lower, "subject_id": object_id})
        return HttpResponseRedirect(f"{reverse('admin:bots_auditentry_changelist')}?{chosen}")

    def _record(self, request: HttpRequest, obj: M, verb: str, message: Any) -> None:
        for told in message if isinstance(message, list) else [{}]:
            if told.get("after") or (verb == "add" and not self.writer_audits):
                audit.record(
                    f"{self.opts.model_name}.{verb}",
                    by=person(request),
                    subject=obj,
                    before=told.get("before"),
                    after=told.get("after"),
                )

    # --- Lists and permissions ---------------------------------------------------------------------------------------
    @override
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"desk": self} | (extra_context or {}))

    @override
    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not self.deletable:
            actions.pop("delete_selected", None)
        return actions

    @override
    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self.deletable and super().has_delete_permission(request, obj)

    def _buttons(self, request: HttpRequest, object_id: str | None) -> list[Mapping[str, str]]:
        if object_id is None:
            return []
        actions = self.get_actions(request)
        return [
            {"name": name, "label": str(actions[name][2]), "pk": object_id}
            for name in self.object_actions
            if name in actions
        ]


class History(Desk[M]):
    """Rows that are evidence: to be read, never to be written."""

    actions: Sequence[Any] = ()

    @override
    def has_add_permission(self, request: HttpRequest, obj: M | None = None) -> bool:  # type: ignore[override]
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    @override
    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


def _changed(form: "ModelForm[Any]", *, add: bool) -> tuple[dict[str, str], dict[str, str]]:
    names = [name for name in form.changed_data if name in form.cleaned_data and not _is_secret(form.fields[name])]
    before = {} if add else {name: str(form.get_initial_for_field(form.fields[name], name)) for name in names}
    return before, {name: _told(form.cleaned_data[name]) for name in names}


def _changed_rows(formset: "BaseModelFormSet[Any, Any]") -> dict[str, list[str]]:
    name = str(formset.model._meta.verbose_name_plural)
    told = {
        f"{name}, new": [str(row) for row in formset.new_objects],
        f"{name}, changed": [f"{row}: {', '.join(fields)}" for row, fields in formset.changed_objects],
        f"{name}, removed": [str(row) for row in formset.deleted_objects],
    }
    return {label: rows for label, rows in told.items() if rows}


def _told(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, (list, models.QuerySet)) else str(value)


def _is_secret(field: Field) -> bool:
    return getattr(field.widget, "input_type", "") == "password"
