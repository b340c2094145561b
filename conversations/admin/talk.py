"""What was said."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots import casing, found
from bots.admin import evidence
from bots.admin.desk import History
from bots.models import Bot
from conversations.models import Message, Participant

_SPEAKERS = 200


@admin.register(Message)
class MessageAdmin(History[Message]):
    summary = gettext_lazy("Everything really said, by bots and by people.")
    empty = gettext_lazy("Nothing has been said yet. Open a rehearsal room and start the engine.")
    list_display = ("said_at", "speaker_shown", "short", "chat", "topic", "why")
    list_display_links = ("short",)
    list_filter = ("said_at", "chat", "bot", "topic")
    list_select_related = ("chat", "bot__persona", "participant", "turn")
    date_hierarchy = "said_at"
    views = ((gettext_lazy("by people"), "bot__isnull=True"), (gettext_lazy("by bots"), "bot__isnull=False"))
    exported = ("said_at", "speaker_shown", "text", "chat", "topic")
    search_fields = ("folded", "bot__username", "participant__name")
    search_help_text = gettext_lazy("Words, username or name")
    fields = ("chat", "message_id", "speaker_shown", "kind", "text", "reply_to", "topic", "said_at", "edited_at", "why")

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """By the index of letters, or by who spoke: İSTANBUL, istanbul and ISTANBUL find the same."""
        for word in casing.plain(search_term).split():
            queryset = queryset.filter(Q(folded__regex=casing.spelled(word)) | _spoken_by(word))
        return queryset, False

    @admin.display(description=gettext_lazy("speaker"))
    def speaker_shown(self, message: Message) -> str:
        return message.speaker

    @admin.display(description=gettext_lazy("text"), ordering="text")
    def short(self, message: Message) -> str:
        return evidence.brief(message.shown)

    @admin.display(description=gettext_lazy("why"))
    def why(self, message: Message) -> str | SafeString:
        turn = getattr(message, "turn", None)
        return format_html('<a href="{}">{}</a>', turn.get_absolute_url(), turn) if turn else "–"


def _spoken_by(word: str) -> Q:
    """Numbers rather than a query inside the query, so that each of them is looked up by its index."""
    bots = Bot.objects.filter(found.anywhere(word, "username", "persona__name")).values_list("pk", flat=True)
    people = Participant.objects.filter(found.anywhere(word, "name")).values_list("pk", flat=True)
    by_bots, by_people = list(bots[:_SPEAKERS]), list(people[:_SPEAKERS])
    spoken = Q(bot__in=by_bots) if by_bots else Q()
    return spoken | Q(participant__in=by_people) if by_people else spoken
