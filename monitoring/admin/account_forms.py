"""The two forms of an account: letting somebody in, and changing what they may do."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin.forms import DeskForm, secret
from conversations import remits
from conversations.models import Chat
from monitoring import people
from monitoring.grants import MEANING, Role

_LENGTH = gettext_lazy("15 characters or more. A sentence that only you would say is good.")


def _roles() -> list[tuple[str, str]]:
    return [(role.value, f"{role.label}: {MEANING[role]}") for role in Role]


class _AccountForm(DeskForm[User]):
    aliases = {"password": "new_password"}

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_roles, widget=forms.RadioSelect)
    chats = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these chats"),
        queryset=Chat.objects.order_by("title"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: every chat. An admin is never limited."),
    )
    new_password = secret(gettext_lazy("New password"), _LENGTH)
    same_password = secret(gettext_lazy("The same again"), "")

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("new_password", "") != cleaned.get("same_password", ""):
            raise ValidationError({"same_password": _("The two passwords differ.")})
        return cleaned


class AdmitForm(_AccountForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].required = True
        self.fields["role"].initial = Role.OPERATOR.value


class AccountForm(_AccountForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = people.role_of(self.instance)
        self.initial["role"] = role.value if role else ""
        self.initial["chats"] = list(remits.of(self.instance).values_list("pk", flat=True))
        if "new_password" in self.fields:
            keeps = _("Empty: the present one stays.")
            self.fields["new_password"].help_text = f"{_LENGTH} {keeps}"
