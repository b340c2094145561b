"""The two forms of a chat: opening one, and running it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin.forms import DeskForm
from bots.models import Bot
from conversations.admin import standing
from conversations.models import Chat

if TYPE_CHECKING:
    _Choices = forms.ModelMultipleChoiceField[Bot]
else:
    _Choices = forms.ModelMultipleChoiceField


class Bots(_Choices):
    """Bots by name, for choosing some."""

    def __init__(self, *, label: Any, help_text: Any) -> None:
        super().__init__(
            queryset=Bot.objects.active().select_related("persona"),
            label=label,
            help_text=help_text,
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "picks"}),
        )

    @override
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} (@{obj.username})"


class OpenForm(DeskForm[Chat]):
    aliases = {"disclosed_by": "told_by"}

    everybody = forms.BooleanField(
        label=gettext_lazy("Everybody"), required=False, help_text=gettext_lazy("All enabled bots play here.")
    )
    bots = Bots(label=gettext_lazy("Members"), help_text=gettext_lazy("About 20 bots fit in one group."))
    told_by = forms.CharField(
        label=gettext_lazy("Disclosed by"),
        max_length=150,
        required=False,
        help_text=gettext_lazy(
            "Who told the audience already that bots speak here? Empty: disclose it afterwards, from the chat's page."
        ),
    )

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Chat.Kind.TELEGRAM and cleaned.get("telegram_id") is None:
            self.add_error("telegram_id", _("A Telegram group needs its number."))
        if cleaned.get("kind") == Chat.Kind.REHEARSAL and (cleaned.get("telegram_id") or cleaned.get("thread_id")):
            raise ValidationError(_("A rehearsal room lives inside Kulis: it has no Telegram number."))
        return cleaned


class RunForm(DeskForm[Chat]):
    more_bots = Bots(
        label=gettext_lazy("Add members"), help_text=gettext_lazy("They play here from now on, with weight 1.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"quiet_starts", "quiet_ends"} & set(self.fields):
            self.fields[name].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})  # of the chat's clock
        if "feeds" in self.fields:
            feeds: Any = self.fields["feeds"]
            feeds.widget = forms.CheckboxSelectMultiple(attrs={"class": "picks"}, choices=feeds.choices)
            feeds.help_text = self._meta.model._meta.get_field("feeds").help_text
        playing = self.instance.memberships.filter(ended_at=None).values("bot")
        for name in {"more_bots"} & set(self.fields):
            field: Any = self.fields[name]
            field.queryset = field.queryset.exclude(pk__in=playing)
            field.help_text = f"{field.help_text} {standing.room_left(self.instance)}"
        for name in {"listener"} & set(self.fields):
            field = self.fields[name]
            field.queryset = Bot.objects.filter(Q(pk__in=playing) | Q(pk=self.instance.listener_id))

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        talking = cleaned.get("mode") in {Chat.Mode.LIVE, Chat.Mode.APPROVAL}
        if talking and not self.instance.is_disclosed:
            self.add_error("mode", _("Tell the audience first: this group is not disclosed yet. Use “Disclose” above."))
        return cleaned
