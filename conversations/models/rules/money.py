"""What people may ask for, and what is kept for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.rules.fields import count, share


class MoneyRules(models.Model):
    asks_per_person = count(
        _("questions of a person in 10 min"), 1, 1000, _("So many are answered. More are noted, and left unanswered.")
    )
    asks_per_person_day = count(_("questions of a person a day"), 1, 10_000, _("So many are answered."))
    asks_per_chat = count(_("questions in a chat in 10 min"), 1, 10_000, _("Of all people together."))
    asks_per_chat_day = count(_("questions in a chat a day"), 1, 100_000, _("Of all people together."))
    budget_reserve = share(
        _("kept for people, share"),
        _("This share of every budget is for answers to people: chatter ends before it is touched."),
    )

    class Meta:
        abstract = True
