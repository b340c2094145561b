"""The admin site: a second factor for everybody."""

from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.admin import OTPAdminSite
from typing_extensions import override

from bots import audit
from conversations import remits
from monitoring import sessions, sign_in, step_up
from monitoring.founding import progress

M = TypeVar("M", bound=Model)

HOUSE: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("The cast"),
        (
            "Bot", "Persona", "Version", "Fragment", "Stance", "Holding", "Memory", "ActiveHours", "Mood",
            "Relationship", "Origin",
        ),
    ),
    (_("The talk"), ("Chat", "Rules", "Engine", "Message", "Turn", "Participant", "Membership")),
    (
        _("Words and the world"),
        ("Provider", "Price", "Budget", "LLMCall", "Symbol", "Feed", "Headline", "QuoteSource", "Quote"),
    ),
    (
        _("People and what they did"),
        (
            "User", "Invitation", "Group", "ApiKey", "Steward", "AuditEntry", "AccessAttempt", "AccessLog",
            "TOTPDevice", "StaticDevice", "WebAuthnCredential",
        ),
    ),
    (
        _("Machinery"),
        (
            "Threshold", "Channel", "Delivery", "PeriodicTask", "Breaker", "InboundUpdate", "Response", "SendAttempt",
            "Event",
            "IntervalSchedule", "CrontabSchedule", "ClockedSchedule", "SolarSchedule",
        ),
    ),
)  # fmt: skip
"""The front page in the order of daily work, not of applications and the alphabet."""


class KulisAdminSite(OTPAdminSite):  # type: ignore[misc]  # django-otp ships no types
    site_header = site_title = "Kulis"
    index_title = _("Backstage")
    site_url = "/"
    enable_nav_sidebar = True
    empty_value_display = "–"

    @method_decorator([never_cache, csrf_protect, sensitive_post_parameters("password", "otp_token")])
    @override
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Password, then a code: both steps are in `monitoring.sign_in`."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(sign_in.destination(request))
        return sign_in.answer(request, self.each_context(request) | (extra_context or {}))

    # --- What the desks ask of the house ----------------------------------------------------------------------------
    def is_fresh(self, request: HttpRequest) -> bool:
        """Whether a dangerous act may go on without another code."""
        return step_up.is_fresh(request)

    def prove(self, request: HttpRequest) -> None:
        """Take the code that came with a dangerous act. Raises ValidationError without a right one."""
        step_up.prove(request, request.POST.get(step_up.FIELD, ""))

    def within(self, request: HttpRequest, rows: QuerySet[M]) -> QuerySet[M]:
        """Of these rows those that this person has to do with."""
        return remits.within(request.user, rows)

    def is_limited(self, request: HttpRequest) -> bool:
        return remits.ids(request.user) is not None

    def knows_chats(self, model: type[Model]) -> bool:
        """Whether rows of this table are about chats, so that a person may be limited to some of them."""
        return model._meta.label_lower in remits.PATHS

    @override
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The front page; an owner whose set-up is not at its end sees what is left of it."""
        steps = progress.steps(request) if getattr(request.user, "is_superuser", False) else []
        left = {"steps": steps} if any(not step.done for step in steps) else {}
        response: HttpResponse = super().index(request, left | (extra_context or {}))
        return response

    @override
    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One's own password; the change and its audit entry are one transaction."""
        with transaction.atomic():
            response: HttpResponse = super().password_change(request, extra_context)
            changed = request.method == "POST" and isinstance(response, HttpResponseRedirect)
            if changed and isinstance(request.user, User):
                sessions.end(request.user, but=request.session.session_key)
                audit.record("account.password", by=request.user, subject=request.user)
        return response

    @override
    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """As `HOUSE` has them, each with its title and the sentence that says what it is for."""
        apps: list[Any] = super().get_app_list(request, app_label)
        models = {model["object_name"]: model for app in apps for model in app["models"]}
        for model in models.values():
            desk = self.get_model_admin(model["model"])
            model["summary"] = getattr(desk, "summary", "")
            model["name"] = getattr(desk, "title", "") or model["name"]
        if app_label:
            return apps
        return [
            {"name": name, "app_label": f"part-{number}", "app_url": "/admin/", "models": rooms}
            for number, (name, names) in enumerate(HOUSE)
            if (rooms := [models[name] for name in names if name in models])
        ]
