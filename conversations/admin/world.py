"""The world outside the chats: news and prices, always with their source."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from bots.admin.desk import History
from conversations.models import Headline, Quote


@admin.register(Headline)
class HeadlineAdmin(History[Headline]):
    summary = gettext_lazy("News that the cast may talk about, each with its source.")
    empty = gettext_lazy("No headlines yet. Without news the cast talks about its own topics.")
    list_display = ("title", "source", "published_at", "fetched_at", "demo", "link_shown")
    list_filter = ("source", "demo", "published_at")
    search_fields = ("title", "source")

    @admin.display(description=gettext_lazy("link"))
    def link_shown(self, headline: Headline) -> str | SafeString:
        if not headline.link.startswith(("https://", "http://")):
            return headline.link
        return format_html('<a href="{}" rel="noreferrer noopener">{}</a>', headline.link, headline.source)


@admin.register(Quote)
class QuoteAdmin(History[Quote]):
    summary = gettext_lazy("Prices with their source. Without one, the cast names no number.")
    empty = gettext_lazy("No prices yet: the cast talks without numbers.")
    list_display = ("symbol", "price", "change", "currency", "source", "as_of")
    list_filter = ("source", "demo", "as_of")
    search_fields = ("symbol", "source")
