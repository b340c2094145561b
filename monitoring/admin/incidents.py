"""The desks behind incidents: from when on something is trouble, who is told, and what was sent."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence, once
from bots.admin.desk import Desk, History, person
from bots.admin.forms import ALL, DeskForm, secret
from monitoring.incidents import channels
from monitoring.incidents.kinds import SPECS, Range
from monitoring.incidents.models import Channel, Delivery, Kind, Severity, Threshold
from monitoring.incidents.words import SENTENCES
from monitoring.templatetags.guide import capital

TONES = {Severity.URGENT: "bad", Severity.WARNING: "warn", Severity.NOTE: "quiet"}
_STATES = {
    Delivery.State.SENT: "good", Delivery.State.FAILED: "bad", Delivery.State.UNKNOWN: "warn",
    Delivery.State.SENDING: "warn",
}  # fmt: skip


def _number(value: float | None) -> str:
    """As it is written in the reader's language: 1,5 in Turkish."""
    return "" if value is None else number_format(Decimal(f"{value:g}"))


class ThresholdForm(DeskForm[Threshold]):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spec = SPECS[Kind(self.instance.kind)]
        for name, asked in (("limit", spec.limit), ("minutes", spec.minutes)):
            if name in self.fields and asked is not None:
                self._ask(name, asked)

    def _ask(self, name: str, asked: Range) -> None:
        field = self.fields[name]
        field.label = capital(asked.label)
        told = _("%(low)s to %(high)s; usually %(default)s.")
        values = {name: _number(getattr(asked, name)) for name in ("low", "high", "default")}
        field.help_text = told % values
        field.widget.attrs |= {"min": asked.low, "max": asked.high}

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        spec = SPECS[Kind(self.instance.kind)]
        for name, asked in (("limit", spec.limit), ("minutes", spec.minutes)):
            value = cleaned.get(name)
            if asked is not None and value is not None and not asked.low <= value <= asked.high:
                told = _("Choose a number from %(low)s to %(high)s.")
                self.add_error(name, told % {"low": _number(asked.low), "high": _number(asked.high)})
        return cleaned


@admin.register(Threshold)
class ThresholdAdmin(Desk[Threshold]):
    form = ThresholdForm
    summary = gettext_lazy(
        "From when on something counts as trouble, and how bad it is. Each is looked at every 15 seconds."
    )
    empty = gettext_lazy("No thresholds: run `manage.py migrate`, which brings them.")
    list_display = ("trouble", "watched", "gravity", "from_when")
    list_filter = ("enabled", "severity")
    readonly_fields = ("trouble", "tells")

    @admin.display(description=gettext_lazy("trouble"), ordering="kind")
    def trouble(self, threshold: Threshold) -> str:
        return str(threshold)

    @admin.display(description=gettext_lazy("watched"), ordering="enabled")
    def watched(self, threshold: Threshold) -> SafeString:
        return evidence.pill("good", _("yes")) if threshold.enabled else evidence.pill("quiet", _("no"))

    @admin.display(description=gettext_lazy("severity"), ordering="severity")
    def gravity(self, threshold: Threshold) -> SafeString:
        return evidence.pill(TONES[Severity(threshold.severity)], threshold.get_severity_display())

    @admin.display(description=gettext_lazy("from when"))
    def from_when(self, threshold: Threshold) -> str:
        spec = SPECS[Kind(threshold.kind)]
        parts = [f"{spec.limit.label}: {_number(threshold.limit)}"] if spec.limit else []
        parts += [f"{spec.minutes.label}: {_number(threshold.minutes)}"] if spec.minutes else []
        return " · ".join(parts) or _("at once")

    @admin.display(description=gettext_lazy("why it matters"))
    def tells(self, threshold: Threshold) -> str:
        return str(SENTENCES[Kind(threshold.kind)].why)

    @override
    def get_fields(self, request: HttpRequest, obj: Threshold | None = None) -> Any:
        spec = SPECS[Kind(obj.kind)] if obj else None
        asked = [name for name in ("limit", "minutes") if spec and getattr(spec, name)]
        return ("trouble", "tells", "enabled", "severity", *asked)

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Threshold | None = None) -> bool:
        """They hold for the whole house."""
        return super().has_change_permission(request, obj) and not self.house.is_limited(request)


class ChannelForm(DeskForm[Channel]):
    aliases = {"address": "new_address"}

    new_address = secret(
        gettext_lazy("Address"),
        gettext_lazy("For webhooks, Slack and Discord: https://… It is sealed and never shown again; empty: as it is."),
    )

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            channels.judge(cleaned.get("kind") or self.instance.kind, cleaned, has_address=bool(self.instance.address))
        except ValidationError as refused:
            for name, told in refused.message_dict.items():
                self.add_error(name if name in self.fields else None, told)
        return cleaned


@admin.register(Channel)
class ChannelAdmin(Desk[Channel]):
    form = ChannelForm
    form_only = ("new_address",)
    guarded = ALL
    summary = gettext_lazy("Who is told of incidents and reports, and how: e-mail, webhook, Slack, Discord, Telegram.")
    empty = gettext_lazy("Nobody is told outside Kulis. Add a channel, then press Test.")
    deletable = True
    list_display = ("name", "kind", "goes_to", "standing", "least", "daily", "weekly", "got_through")
    list_filter = ("kind", "enabled")
    list_select_related = ("person", "bot", "steward__user")
    search_fields = ("name", "email", "address_hint")
    actions = ("test", "renew_secret")
    fieldsets = (
        (None, {"fields": ("name", "kind", "enabled", "person", "language")}),
        (
            gettext_lazy("Where to"),
            {
                "fields": ("email", "new_address", ("bot", "steward")),
                "description": gettext_lazy(
                    "Only what its kind needs. Private addresses are refused unless OUTBOUND_ALLOW permits them."
                ),
            },
        ),
        (gettext_lazy("What"), {"fields": ("least", "tells_end", ("daily", "weekly"))}),
        (gettext_lazy("When not"), {"fields": (("quiet_starts", "quiet_ends"),)}),
    )

    @override
    def get_fieldsets(self, request: HttpRequest, obj: Channel | None = None) -> Any:
        return self.laid_out(self.fieldsets, request, obj)

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Channel | None = None) -> Any:
        return ("kind",) if obj else ()

    @admin.display(description=gettext_lazy("goes to"))
    def goes_to(self, channel: Channel) -> str:
        return channel.email or channel.address_hint or (f"{channel.steward}" if channel.steward else "–")

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, channel: Channel) -> SafeString:
        if not channel.enabled:
            return evidence.pill("quiet", _("disabled"))
        if channel.failures:
            return evidence.pill("bad", _("fails (%(count)s)") % {"count": channel.failures})
        return evidence.pill("good", _("works")) if channel.last_ok_at else evidence.pill("quiet", _("not used yet"))

    @admin.display(description=gettext_lazy("got through last"), ordering="last_ok_at")
    def got_through(self, channel: Channel) -> str:
        return channel.last_error if channel.failures else evidence.ago(channel.last_ok_at)

    @override
    def offers(self, request: HttpRequest, obj: Channel) -> list[str]:
        return ["test", "renew_secret"] if obj.kind == Channel.Kind.WEBHOOK else ["test"]

    @override
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if address := form.cleaned_data.get("new_address"):
            obj.shown_once = channels.set_address(obj, address, by=person(request))

    @override
    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._shown(request, obj) or super().response_add(request, obj, post_url_continue)

    @override
    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._shown(request, obj) or super().response_change(request, obj)

    def _shown(self, request: HttpRequest, channel: Any) -> HttpResponse | None:
        if not getattr(channel, "shown_once", ""):
            return None
        told = _("Put this where “%(name)s” checks signatures (Standard Webhooks: webhook-id, -timestamp, -signature).")
        secrets = [(_("Signing secret"), channel.shown_once)]
        return once.shown(self, request, title=_("The signing secret"), told=told % {"name": channel}, secrets=secrets)

    @confirm.asks(
        gettext_lazy("Test"),
        consequence=gettext_lazy("Each gets a message that says that it is a test. Takes up to ten seconds each."),
        single_at_once=True,
    )
    def test(self, request: HttpRequest, rows: QuerySet[Channel]) -> None:
        confirm.each(request, rows, lambda channel: channels.try_out(channel, by=person(request)))

    @confirm.asks(
        gettext_lazy("New signing secret"),
        consequence=gettext_lazy("What was signed with the old one is not accepted any more. One at a time."),
        danger=True,
        code=True,
    )
    def renew_secret(self, request: HttpRequest, rows: QuerySet[Channel]) -> HttpResponse | None:
        channel: Any = rows.first()
        try:
            channel.shown_once = channels.renew_secret(channel, by=person(request))
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), level="error")
            return None
        return self._shown(request, channel)


@admin.register(Delivery)
class DeliveryAdmin(History[Delivery]):
    summary = gettext_lazy("Each notice and report on its way: what got through, what waits, what failed and why.")
    empty = gettext_lazy("Nothing was sent yet. Add a channel and press Test.")
    list_display = ("created_at", "channel", "what", "of", "standing", "gen", "error")
    list_filter = ("state", "what", "channel")
    list_select_related = ("channel", "incident", "report")
    fields = ("channel", "what", "of", "standing", "gen", "created_at", "next_at", "ended_at", "error")

    @admin.display(description=gettext_lazy("of"))
    def of(self, delivery: Delivery) -> str:
        return str(delivery.incident or delivery.report or "–")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, delivery: Delivery) -> SafeString:
        return evidence.pill(_STATES.get(Delivery.State(delivery.state), "quiet"), delivery.get_state_display())
