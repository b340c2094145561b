"""The same walk with a person in it who speaks through the bots."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from conversations import takeover
from conversations.models import Membership, Turn
from tests.conversations.engine.walk import Walk


class WalkTaken(Walk):
    def __init__(self) -> None:
        super().__init__()
        self.person = User.objects.create_user("ayse")

    @rule(speaker=st.integers(0, 1), how=st.sampled_from(["takes", "speaks", "hands back"]))
    def a_person_speaks_through_it(self, speaker: int, how: str) -> None:
        bot, by = self.cast[speaker], self.person
        try:
            if how == "hands back":
                takeover.hand_back(self.chat, bot, by=by)
                return
            takeover.take(self.chat, bot, by=by)
            if how == "speaks":
                takeover.speak(self.chat, bot, f"Kendi sözüm {next(self.said)}.", by=by)
        except ValidationError:
            return  # the engine is stopped, or nobody speaks through it

    def claim(self) -> Turn | None:
        turn = super().claim()
        if turn is not None and turn.trigger != Turn.Trigger.OPERATOR:
            taken = Membership.objects.filter(chat=self.chat, bot=turn.bot_id, taken_until__gt=timezone.now())
            self.promise(not taken.exists(), "a bot that a person has taken over is left alone")
        return turn
