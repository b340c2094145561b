"""Which emoji a bot may react with, and how Telegram spells them.

The list of ReactionTypeEmoji in the Bot API, which knows them without U+FE0F: "❤️" as people and models type it is
refused, "❤" is taken.
"""

_ALLOWED = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 "
    "❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 "
    "👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 "
    "😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)


def _bare(emoji: str) -> str:
    return emoji.strip().replace("\ufe0f", "").replace("\ufe0e", "")


# Keyed without selectors, so that a spelling which needs one could simply be listed with it.
_SPELLINGS = {_bare(emoji): emoji for emoji in _ALLOWED.split(" ")}
ALLOWED = frozenset(_SPELLINGS.values())


def clean(emoji: str) -> str:
    """The emoji as Telegram spells it, or without its selectors when Telegram does not know it."""
    bare = _bare(emoji)
    return _SPELLINGS.get(bare, bare)


def allowed(emoji: str) -> bool:
    return clean(emoji) in ALLOWED
