"""The schema, the audit trail, lists as files, and every address that is none."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from django.contrib.admin.options import IncorrectLookupParameters
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, renderers, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from bots.models import AuditEntry
from monitoring import access, export, second_factor
from monitoring.api.door import Door, Verb, read
from monitoring.api.paging import List, Newest, Nothing, asked, listed
from monitoring.api.shapes import talk as shapes
from monitoring.api.shapes.engine import Reason
from monitoring.api.way_in import ANY_SCOPE, ANYBODY
from monitoring.models import ApiKey


class Schema(Door):
    scope = ANY_SCOPE

    @extend_schema(responses=OpenApiTypes.OBJECT, summary="All of this, as OpenAPI 3")
    def get(self, request: Request) -> Response:
        asked(request, Nothing)
        return Response(schema())


@cache
def schema() -> Any:
    """The same for everybody, in English; made once by each process."""
    with translation.override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


@listed(
    "The audit trail, newest first: one's own deeds, or all for who may read all",
    shapes.AuditShape,
    shapes.AuditFilters,
)
class Audit(List):
    needs: ClassVar[str] = "bots.view_auditentry"
    scope: ClassVar[str] = ApiKey.Scope.AUDIT
    rows = AuditEntry.objects.all()
    shape = shapes.AuditShape
    filters = shapes.AuditFilters
    pagination_class = Newest

    @override
    def within(self, request: Request, **where: Any) -> QuerySet[AuditEntry]:
        user = access.viewer(request)
        rows: QuerySet[AuditEntry] = self.rows.all()
        return rows if user.has_perm("bots.read_whole_trail") else rows.filter(actor=user)


# --- Lists as files --------------------------------------------------------------------------------------------------
class Csv(renderers.BaseRenderer):
    media_type, format, charset = "text/csv", "csv", "utf-8"

    @override
    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        return data


class Takeable(serializers.Serializer[dict[str, Any]]):
    list = serializers.CharField(help_text="As `bots.bot`.")
    title = serializers.CharField()


class Export(Reason):
    code = serializers.CharField(max_length=64, help_text="A fresh code of the second factor.")
    filters = serializers.DictField(
        child=serializers.CharField(max_length=200, allow_blank=True), default=dict,
        help_text="As in the address of the list in the admin: `{\"q\": \"endeks\"}`.",
    )  # fmt: skip


class Exports(Door):
    needs = ANYBODY

    @extend_schema(responses=Takeable(many=True), summary="The lists that one may take along as CSV")
    def get(self, request: Request) -> Response:
        mine = [model for model in export.LISTS if export.may(request._request, model)]
        found = [{"list": model._meta.label_lower, "title": str(model._meta.verbose_name_plural)} for model in mine]
        return Response(sorted(found, key=lambda one: one["list"]))


class OneExport(Verb):
    needs = writes = ANYBODY
    renderer_classes: Sequence[Any] = (renderers.JSONRenderer, Csv)
    asks = Export

    @extend_schema(
        request=Export, responses={(200, "text/csv"): OpenApiTypes.STR}, summary="A list of the admin, as CSV"
    )
    @override
    def post(self, request: Request, **where: Any) -> Response:
        """Asked twice it is taken twice: nothing changes but the trail, and no copy of it is kept."""
        model = _model(where["name"])
        if not export.may(request._request, model):
            raise exceptions.PermissionDenied(_("Your role does not take this list with it."))
        given = read(request, Export)
        filters = QueryDict(urlencode(given["filters"]), mutable=True)
        try:
            found = export.rows(request._request, model, filters)
            second_factor.verify(access.viewer(request), given["code"])
            lines = list(export.table(request._request, model, found))
        except IncorrectLookupParameters as error:
            raise exceptions.ValidationError({"filters": _("There is no such filter here.")}) from error
        export.taken(request._request, model, count=len(lines) - 1, asked=filters.urlencode(), reason=given["reason"])
        name = f"kulis-{model._meta.model_name}-{timezone.localdate().isoformat()}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(export.text(iter(lines)), 200, headers=headers, content_type="text/csv; charset=utf-8")


def _model(name: str) -> type[models.Model]:
    found = next((model for model in export.LISTS if model._meta.label_lower == name), None)
    if found is None:
        raise exceptions.NotFound(_("There is no such list."))
    return found


class Nowhere(Door):
    """Every other address. Who is let in nowhere learns nothing of which there are."""

    needs = writes = ANYBODY
    scope = write_scope = ANY_SCOPE

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise exceptions.NotFound(_("There is no such address. All of them end in “/”; /api/v1/schema/ lists them."))
