"""Reader: the symbols that somebody in a talking chat follows. What nobody follows is not asked for."""

import re
from collections import Counter

from bots import casing
from bots.models import Bot
from conversations.models import Chat, Symbol

MOST = 60
_CODE = re.compile(r"[A-Z0-9]{2,16}")


def symbols() -> list[str]:
    """Codes, the most followed first. Where there is a symbol table, only what is in it, and nothing thinly traded."""
    followed: Counter[str] = Counter()
    talking = Chat.objects.talking()
    members = Bot.objects.filter(memberships__chat__in=talking, memberships__ended_at=None, retired_at=None)
    for watchlist in members.values_list("persona__watchlist", flat=True):
        followed.update(set(watchlist))
    for topics in talking.values_list("topics", flat=True):
        followed.update(set(topics))
    codes = _codes()
    counted: Counter[str] = Counter()
    for name, times in followed.items():
        code = codes.get(casing.fold(name), "") if codes else name.strip().upper()
        if _CODE.fullmatch(code):
            counted[code] += times
    return [code for code, _times in counted.most_common(MOST)]


def _codes() -> dict[str, str]:
    """Code by everything that people call it."""
    rows = Symbol.objects.filter(thin=False).values_list("code", "name", "aliases")
    return {casing.fold(said): code for code, name, aliases in rows for said in (code, name, *aliases) if said}
