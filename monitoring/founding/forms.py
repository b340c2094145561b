"""The twelve fields of a set-up, in the words of who fills them in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from bots.exchange import document
from monitoring.founding import words


def _secret(**attrs: str) -> forms.PasswordInput:
    return forms.PasswordInput(render_value=False, attrs={"spellcheck": "false", **attrs})


class OwnerForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("Letters, digits and @ . + - _"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("15 characters or more: a sentence is good. A password manager is better."),
        widget=_secret(autocomplete="new-password"),
    )
    again = forms.CharField(label=_("The same again"), strip=False, widget=_secret(autocomplete="new-password"))

    @override
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("again") and given.get("password") != given["again"]:
            raise ValidationError({"again": _("The two passwords differ.")})
        return given


class WordsForm(forms.Form):
    base_url = forms.CharField(
        label=_("Address of the provider"),
        max_length=200,
        initial=next(iter(words.KNOWN)),
        help_text=_("Any that speaks as OpenAI does. It ends in /v1 with most."),
        widget=forms.URLInput(attrs={"list": "providers", "autofocus": True, "spellcheck": "false"}),
    )
    key = forms.CharField(
        label=_("Key"),
        max_length=500,
        required=False,
        help_text=_("The provider's page shows it once, when you make it. It is stored sealed; nobody reads it back."),
        widget=_secret(autocomplete="off"),
    )


class ModelForm(forms.Form):
    """`offered`: what the provider lists; where it lists nothing, its name is typed."""

    model = forms.CharField(label=_("Model"), max_length=100, help_text=_("A quick and cheap one will do."))

    def __init__(self, data: Any = None, *, offered: words.Offer) -> None:
        super().__init__(data, initial={"model": offered.suggested})
        if offered.models:
            choices = [(name, name) for name in offered.models]
            self.fields["model"].widget = forms.Select(choices=choices, attrs={"autofocus": True})


class TokensForm(forms.Form):
    tokens = forms.CharField(
        label=_("Tokens"),
        required=False,
        max_length=40_000,
        help_text=_("One a line, as BotFather gave them: 123456789:AAF-… Each gets a persona of its own."),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off", "autofocus": True}),
    )
    file = forms.FileField(
        label=_("A cast of your own (optional)"),
        required=False,
        help_text=_("A Kulis cast file with personas; without one, ready-made personas play."),
    )

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given and given.size > document.MOST_BYTES:
            raise ValidationError(_("The file is larger than any cast."))
        return given


class GroupForm(forms.Form):
    """`groups`: (number, title) of those that were found."""

    group = forms.TypedChoiceField(label=_("Group"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, groups: list[tuple[int, str]]) -> None:
        super().__init__(data, initial={"group": groups[0][0] if len(groups) == 1 else None})
        self.fields["group"].choices = groups  # type: ignore[attr-defined]  # a field with choices
