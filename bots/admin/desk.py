"""What every page of the admin has in common: each change is audited in its own transaction, what the database refuses
comes back as an error of the form with everything that was typed, and an empty list says what to do next."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, connection, models
from django.forms import Field, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from typing_extensions import override

from bots import audit, casing
from bots.admin import alphabet, forms, large
from bots.admin.house import House
from bots.admin.untold import Untold

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


class Desk(Untold, _ModelAdmin[M]):
    """A model's place in the admin."""

    form: Any = forms.DeskForm
    title: Any = ""
    """What people call these rows, where the model's own name would not tell them."""
    summary: Any = ""
    """One sentence: what these rows are."""
    empty: Any = ""
    """What to do when there are none."""
    object_actions: Sequence[str] = ()
    """Actions that also have a button on the page of one row."""
    writer_audits = False
    """Whether the writer that saves the row itself leaves its own entry in the audit trail."""
    deletable = False
    made_once = False
    """Rows are made and never edited: after the first save there is nothing to go on with."""
    searched: int = 0
    """How many of the newest rows a search looks through; 0: all."""
    guarded: Collection[str] = ()
    """Fields whose change wants the second factor once more; `forms.ALL` is every one."""
    views: Sequence[tuple[Any, str]] = ()
    """Views of the list that many want: what it is called, and its filters as they stand in the address."""
    exported: Sequence[str] = ()
    """What a file of the list holds, where that is not what the list shows."""
    form_only: Sequence[str] = ()
    """Fields that the form has and the model has not: there is nothing to show of them to who may only look."""

    list_per_page = 50
    paginator = large.Bounded
    show_full_result_count = False
    save_on_top = False
    show_facets = admin.ShowFacets.NEVER

    @property
    def house(self) -> House:
        return cast("House", self.admin_site)

    # --- Refusals ----------------------------------------------------------------------------------------------------
    @override
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"desk": self, "show_save_and_add_another": False, "show_save_and_continue": not self.made_once} | (
            extra_context or {}
        )
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except ValidationError as refused:
            refusal = refused
        except IntegrityError as refused:
            refusal = forms.in_words(refused, self.model)
        # The transaction is undone. The same form again, with the refusal among its errors.
        request.refusal = refusal  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, context)

    def missing(self, request: HttpRequest, obj: M | None) -> set[str]:
        """Fields that this person does not get."""
        return set(self.form_only) if obj and not self.has_change_permission(request, obj) else set()

    def laid_out(self, fieldsets: Any, request: HttpRequest, obj: M | None) -> list[Any]:
        """These fieldsets without the fields that are missing for this person."""
        missing = self.missing(request, obj)
        parts = [(title, {**part, "fields": list(_without(part["fields"], missing))}) for title, part in fieldsets]
        return [(title, part) for title, part in parts if part["fields"]]

    @override
    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[M]]":
        form = super().get_form(request, obj, change, **kwargs)
        told: dict[str, Any] = {"refusal": getattr(request, "refusal", None)}
        told |= {"guarded": self.guarded, "at": forms.At(self.house, request)}
        form = type(form.__name__, (form,), told)
        for name in self.missing(request, obj):
            form.base_fields.pop(name, None)  # what is sent under its name all the same is not read
        return form

    @override
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        """Of two who save at once the second waits, and then sees what the first one did."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not connection.in_atomic_block:
            return row
        self.model._base_manager.select_for_update(no_key=True).get(pk=row.pk)
        return super().get_object(request, object_id, from_field)

    @override
    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        if isinstance(db_field, ArrayField):
            return db_field.formfield(form_class=forms.Lines)
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # no side doors: every row has its own page
        return field

    @override
    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        context["buttons"] = self._buttons(request, obj) if obj else []
        context["asks_code"] = self._wants_code(request, obj, context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)

    def offers(self, request: HttpRequest, obj: M) -> Sequence[str]:  # noqa: ARG002 - others look at the row
        """Which of the object actions make sense for this row now."""
        return self.object_actions

    # --- The audit trail ---------------------------------------------------------------------------------------------
    @override
    def construct_change_message(  # type: ignore[override]  # the form of this desk is a model's
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
    def get_queryset(self, request: HttpRequest) -> models.QuerySet[M]:
        """What this person has to do with: a row of another chat is not found, neither shown nor acted on."""
        return self.house.within(request, super().get_queryset(request))

    @override
    def get_list_filter(self, request: HttpRequest) -> Any:
        """Who is limited to some chats is offered no filter that names the others."""
        filters = super().get_list_filter(request)
        if not self.house.is_limited(request):
            return filters
        return [name for name in filters if not (isinstance(name, str) and self._names_chats(name))]

    def _names_chats(self, path: str) -> bool:
        model: Any = self.model
        for name in path.split("__"):
            model = model._meta.get_field(name).related_model
        return isinstance(model, type) and self.house.knows_chats(model)

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        """What is new belongs to no chat yet, so who is limited to some adds none; rules name their chat."""
        alone = self.house.knows_chats(self.model) and self.opts.model_name != "rules"
        return super().has_add_permission(request) and not (alone and self.house.is_limited(request))

    @override
    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """A filter in the address that no row could ever fit is a wrong filter, and no fault."""
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError, DataError) as nonsense:
            raise IncorrectLookupParameters from nonsense

    @override
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return alphabet.Ordered

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: "models.QuerySet[M]", search_term: str
    ) -> "tuple[models.QuerySet[M], bool]":
        """Found with and without Turkish letters: each word in one of the columns."""
        columns = self.get_search_fields(request)
        words = casing.plain(search_term).split() if columns else []
        if words and self.searched:
            queryset = large.newest(queryset, self.searched)
        for word in words:
            queryset = queryset.filter(large.holding(word, columns))
        return queryset, any(lookup_spawns_duplicates(self.opts, column) for column in columns)

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

    def _wants_code(self, request: HttpRequest, obj: M | None, form: Any) -> bool:
        guarded = self.guarded == forms.ALL or not set(self.guarded).isdisjoint(form.fields)
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return guarded and may and not self.house.is_fresh(request)

    def _buttons(self, request: HttpRequest, obj: M) -> list[dict[str, str]]:
        actions = self.get_actions(request)
        wanted = [name for name in self.offers(request, obj) if name in actions]
        return [{"name": name, "label": str(actions[name][2]), "pk": str(obj.pk)} for name in wanted]


class History(Desk[M]):
    """Rows that are evidence: to be read, never to be written."""

    actions: Sequence[Any] = ()

    @override
    def has_add_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
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


def _changed_rows(formset: Any) -> dict[str, list[str]]:
    name = str(formset.model._meta.verbose_name_plural)
    told = {
        f"{name}, new": [str(row) for row in formset.new_objects],
        f"{name}, changed": [f"{row}: {', '.join(fields)}" for row, fields in formset.changed_objects],
        f"{name}, removed": [str(row) for row in formset.deleted_objects],
    }
    return {label: rows for label, rows in told.items() if rows}


def _told(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, (list, models.QuerySet)) else str(value)


def _without(fields: Iterable[str | tuple[str, ...]], missing: Collection[str]) -> Iterator[str | tuple[str, ...]]:
    """These fields, those that share a line among them, without the missing ones."""
    for field in fields:
        line = tuple(name for name in ((field,) if isinstance(field, str) else field) if name not in missing)
        if line:
            yield line[0] if len(line) == 1 else line


def _is_secret(field: Field) -> bool:
    return getattr(field.widget, "input_type", "") == "password"
