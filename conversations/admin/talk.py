"""What was said."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots import casing
from bots.admin import evidence
from bots.admin.desk import History
from conversations.admin import by_words
from conversations.models import Message, Participant


@admin.register(Message)
class MessageAdmin(History[Message]):
    summary = gettext_lazy("Everything really said, by bots and by people.")
    empty = gettext_lazy("Nothing has been said yet. Open a rehearsal room and start the engine.")
    list_display = ("said_at", "speaker_shown", "short", "chat", "topic", "why")
    list_display_links = ("short",)
    list_filter = ("said_at", "chat", "bot", "topic")
    list_select_related = ("chat", "bot__persona", "participant", "turn")
    views = ((gettext_lazy("by people"), "bot__isnull=True"), (gettext_lazy("by bots"), "bot__isnull=False"))
    exported = ("said_at", "speaker_shown", "text", "chat", "topic")
    search_fields = ("folded", "bot__username", "participant__name")
    search_help_text = gettext_lazy("Words, username or name; the newest 1,000")
    fields = ("chat", "message_id", "speaker_shown", "kind", "text", "reply_to", "topic", "said_at", "edited_at", "why")

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """By the index of letters, or by who spoke: İSTANBUL, istanbul and ISTANBUL find the same."""
        words = casing.plain(search_term).split()
        if not words:
            return queryset, False
        return queryset.filter(by_words.matching(words, viewer=request.user, said="pk__in", named=_speaker)), False

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


def _speaker(word: str) -> Q | None:
    people = (Participant.objects.all(), ("name",))
    return by_words.called(word, bot__in=by_words.bots(), participant__in=people)
