"""Where news and prices come from: feeds and sources, tried from here, switched from here."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence
from bots.admin.desk import Desk, person
from bots.admin.forms import DeskForm, secret
from conversations import market
from conversations.market import looking as asking
from conversations.market import sources
from conversations.models import Feed, QuoteSource
from conversations.news import feeds
from conversations.news import looking as reading

REFUSALS = (*confirm.REFUSALS, market.NoPrices)


def standing(row: Feed | QuoteSource) -> SafeString:
    if not row.enabled:
        return evidence.pill("quiet", _("disabled"))
    if row.failures:
        return evidence.pill("warn", _("fails (%(count)s)") % {"count": row.failures})
    return evidence.pill("good", _("works")) if row.fetched_at else evidence.pill("quiet", _("not looked at yet"))


class FeedForm(DeskForm[Feed]):
    def clean_url(self) -> str:
        address: str = self.cleaned_data["url"]
        feeds.judge(address)
        return address


@admin.register(Feed)
class FeedAdmin(Desk[Feed]):
    form = FeedForm
    summary = gettext_lazy("RSS and Atom feeds whose headlines the cast may take up.")
    empty = gettext_lazy("No feeds. Add the address of an RSS or Atom feed; without one the cast talks without news.")
    deletable = True
    object_actions = ("fetch_now", "enable", "disable")
    list_display = ("name", "standing", "how_it_went", "looked", "next_shown")
    list_filter = ("enabled",)
    search_fields = ("name", "url")
    search_help_text = gettext_lazy("Name or address")
    readonly_fields = ("standing", "how_it_went", "looked", "next_shown")
    actions = ("fetch_now", "enable", "disable")
    fieldsets = (
        (None, {"fields": ("name", "url", "enabled", "every_minutes")}),
        (gettext_lazy("How it went"), {"fields": ("standing", "how_it_went", "looked", "next_shown")}),
    )

    @admin.display(description=gettext_lazy("standing"), ordering="enabled")
    def standing(self, feed: Feed) -> SafeString:
        return standing(feed)

    @admin.display(description=gettext_lazy("last result"))
    def how_it_went(self, feed: Feed) -> str:
        return feeds.said(feed)

    @admin.display(description=gettext_lazy("last look"), ordering="fetched_at")
    def looked(self, feed: Feed) -> str:
        return evidence.ago(feed.fetched_at)

    @admin.display(description=gettext_lazy("next look"), ordering="next_at")
    def next_shown(self, feed: Feed) -> str:
        return _next(feed)

    @override
    def offers(self, request: HttpRequest, obj: Feed) -> list[str]:
        return ["fetch_now", "disable" if obj.enabled else "enable"]

    @override
    def save_model(self, request: HttpRequest, obj: Feed, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "url" in form.changed_data:
            feeds.moved(obj)

    @confirm.asks(
        gettext_lazy("Fetch now"),
        consequence=gettext_lazy("Each is looked at once, at once. Takes up to 15 seconds each."),
    )
    def fetch_now(self, request: HttpRequest, rows: QuerySet[Feed]) -> None:
        for feed in rows:
            reading.look(feed, timezone.now())
            feed.refresh_from_db()
            show = messages.error if feed.failures else messages.success
            show(request, f"{feed}: {feeds.said(feed)}")

    @confirm.asks(gettext_lazy("Enable"), consequence=gettext_lazy("They are looked at from now on."))
    def enable(self, request: HttpRequest, rows: QuerySet[Feed]) -> None:
        confirm.each(request, rows, lambda feed: feeds.switch(feed, enabled=True, by=person(request)))

    @confirm.asks(gettext_lazy("Disable"), consequence=gettext_lazy("They are looked at no more. Their news stay."))
    def disable(self, request: HttpRequest, rows: QuerySet[Feed]) -> None:
        confirm.each(request, rows, lambda feed: feeds.switch(feed, enabled=False, by=person(request)))


class QuoteSourceForm(DeskForm[QuoteSource]):
    aliases = {"api_key": "new_key"}

    new_key = secret(
        gettext_lazy("New key"),
        gettext_lazy("Only if the source wants one; sent as a bearer token. Sealed at once, never shown again."),
    )

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        try:
            sources.judge(cleaned.get("kind", ""), cleaned.get("url", ""))
        except ValidationError as refused:
            self.add_error("url" if "url" in self.fields else NON_FIELD_ERRORS, refused)
        return cleaned


@admin.register(QuoteSource)
class QuoteSourceAdmin(Desk[QuoteSource]):
    form = QuoteSourceForm
    summary = gettext_lazy("Where prices come from. The cast states no number that no source has given.")
    empty = gettext_lazy("No sources: the cast talks without numbers. Add a CSV or JSON address.")
    deletable = True
    form_only = ("new_key",)
    guarded = ("new_key",)
    object_actions = ("try_now", "enable", "disable", "forget_key")
    list_display = ("name", "kind", "standing", "how_it_went", "looked", "next_shown")
    list_filter = ("enabled", "kind")
    search_fields = ("name", "url")
    readonly_fields = ("standing", "how_it_went", "looked", "next_shown", "key_shown")
    actions = ("try_now", "enable", "disable", "forget_key")
    fieldsets = (
        (None, {"fields": ("name", "kind", "enabled", "every_minutes", "currency")}),
        (
            gettext_lazy("Address and key"),
            {
                "fields": ("url", "key_shown", "new_key"),
                "description": gettext_lazy("A key belongs to its address: another address starts without one."),
            },
        ),
        (
            gettext_lazy("Columns"),
            {
                "fields": ("symbol_field", "price_field", "change_field", "time_field"),
                "description": gettext_lazy(
                    "What the file or the answer calls them; a point leads into an object, as in data.last."
                    " Without a column of time, the moment of the look counts: leave it empty then."
                ),
            },
        ),
        (gettext_lazy("How it went"), {"fields": ("standing", "how_it_went", "looked", "next_shown")}),
    )

    @admin.display(description=gettext_lazy("standing"), ordering="enabled")
    def standing(self, source: QuoteSource) -> SafeString:
        return standing(source)

    @admin.display(description=gettext_lazy("last result"))
    def how_it_went(self, source: QuoteSource) -> str:
        return sources.said(source)

    @admin.display(description=gettext_lazy("last look"), ordering="fetched_at")
    def looked(self, source: QuoteSource) -> str:
        return evidence.ago(source.fetched_at)

    @admin.display(description=gettext_lazy("next look"), ordering="next_at")
    def next_shown(self, source: QuoteSource) -> str:
        return _next(source)

    @admin.display(description=gettext_lazy("key"))
    def key_shown(self, source: QuoteSource) -> SafeString:
        return evidence.pill("good", _("stored")) if source.api_key else evidence.pill("quiet", _("none"))

    @override
    def get_fieldsets(self, request: HttpRequest, obj: QuoteSource | None = None) -> Any:
        return self.laid_out(self.fieldsets, request, obj)

    @override
    def missing(self, request: HttpRequest, obj: QuoteSource | None) -> set[str]:
        """Only who may replace keys has a field for one."""
        key = set() if self.has_replace_key_permission(request) else {"new_key"}
        return super().missing(request, obj) | key

    @override
    def offers(self, request: HttpRequest, obj: QuoteSource) -> list[str]:
        keyed = ["forget_key"] if obj.api_key else []
        return ["try_now", "disable" if obj.enabled else "enable", *keyed]

    @override
    def save_model(self, request: HttpRequest, obj: QuoteSource, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "url" in form.changed_data:
            sources.moved(obj, by=person(request))
        if key := form.cleaned_data.get("new_key"):
            sources.set_key(obj, key, by=person(request))

    def has_replace_key_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("conversations.replace_key")

    @confirm.asks(
        gettext_lazy("Try now"),
        consequence=gettext_lazy("Each is asked once and its answer shown; nothing is kept. Takes up to 20 seconds."),
    )
    def try_now(self, request: HttpRequest, rows: QuerySet[QuoteSource]) -> None:
        now = timezone.now()
        confirm.each(request, rows, lambda source: asking.trial(source, now), refusals=REFUSALS)

    @confirm.asks(gettext_lazy("Enable"), consequence=gettext_lazy("They are asked from now on."))
    def enable(self, request: HttpRequest, rows: QuerySet[QuoteSource]) -> None:
        confirm.each(request, rows, lambda source: sources.switch(source, enabled=True, by=person(request)))

    @confirm.asks(gettext_lazy("Disable"), consequence=gettext_lazy("They are asked no more."))
    def disable(self, request: HttpRequest, rows: QuerySet[QuoteSource]) -> None:
        confirm.each(request, rows, lambda source: sources.switch(source, enabled=False, by=person(request)))

    @confirm.asks(
        gettext_lazy("Take the key away"),
        consequence=gettext_lazy("Their stored keys are wiped."),
        permissions=("replace_key",),
        danger=True,
        code=True,
    )
    def forget_key(self, request: HttpRequest, rows: QuerySet[QuoteSource]) -> None:
        confirm.each(request, rows, lambda source: sources.set_key(source, "", by=person(request)))


def _next(row: Feed | QuoteSource) -> str:
    if not row.enabled:
        return "–"
    return evidence.at(row.next_at) if row.next_at and row.next_at > timezone.now() else _("at once")
