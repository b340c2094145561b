"""Which emoji a bot hangs on a message: by the feeling of the words, its own mood, and what the chat allows. Pure."""

from collections.abc import Sequence
from random import Random

from conversations.engine import sentiment, words
from conversations.engine.values import Character, Feelings

GOOD = ("👍", "❤", "🔥", "👏", "🎉", "🤝")
BAD = ("😢", "🤝", "🙏", "💔", "🤔")
PLAIN = ("👍", "👀", "🤔", "👌", "✍", "🤝")
ASKED = ("🤔", "👀", "🤷")
LIVELY = ("🔥", "😁", "🤩", "🤣", "⚡", "💯")
WARM = ("🤗", "❤", "🙏", "🥰")
POSITIVE = frozenset({*GOOD, *LIVELY, *WARM, "👌", "🏆", "😍", "💯", "🫡", "😎", "🍾", "😇", "🆒", "❤‍🔥"})
NEGATIVE = frozenset({"👎", "🤮", "💩", "🤬", "🤡", "🖕", "😡", "🥱", "😴"})
_CLEAR = 0.25
_HIGH = 65


def pick(text: str, feelings: Feelings, character: Character, allowed: Sequence[str] | None, dice: Random) -> str:
    """The emoji, or nothing where the chat allows none that fits. `allowed` None: all of Telegram's."""
    fitting = _fitting(text, feelings, character)
    open_ones = [emoji for emoji in fitting if allowed is None or emoji in allowed]
    return dice.choice(open_ones) if open_ones else ""


def _fitting(text: str, feelings: Feelings, character: Character) -> list[str]:
    """Emoji by likelihood: one that fits twice stands there twice."""
    tone = sentiment.mood(text)
    base = ASKED if words.is_question(text) else GOOD if tone > _CLEAR else BAD if tone < -_CLEAR else PLAIN
    fitting = [*base]
    if tone >= 0 and feelings.excitement > _HIGH:
        fitting += LIVELY
    if feelings.warmth > _HIGH or character.empathy > _HIGH / 100:
        fitting += WARM
    return fitting


def tone(emoji: str) -> int:
    """What a reaction says to whom it is given: 1 pleases, -1 hurts, 0 neither."""
    return 1 if emoji in POSITIVE else -1 if emoji in NEGATIVE else 0
