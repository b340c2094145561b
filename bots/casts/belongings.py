"""What a generated bot watches and holds. Prices are the persona's own fictional cost, drawn, never looked up."""

from decimal import Decimal
from random import Random

from bots.casts.draft import Draft
from bots.casts.parts import all_parts
from bots.sheet import HoldingSheet, Risk

_NOTES = ("Maaştan artanla.", "Sabır denemesi.", "Notlarım hazır olunca yeniden bakılacak.", "Uzun yol arkadaşı.")
_HELD = {Risk.VERY_LOW: 1, Risk.LOW: 2, Risk.MEDIUM: 2, Risk.HIGH: 3}
_CENT = Decimal("0.01")


def watchlist(draft: Draft, dice: Random) -> tuple[str, ...]:
    """Three to five symbols: first those that the job knows, then a stranger or two."""
    shares = all_parts()["shares"]
    own = [share for topic in draft.job["knows"] for share in shares.get(topic, [])]
    strangers = dice.sample(sorted({share for group in shares.values() for share in group}), 3)
    drawn = dice.sample(own, min(3, len(own))) + strangers
    return tuple(dict.fromkeys(drawn))[: dice.randint(3, 5)]


def holdings(draft: Draft, dice: Random) -> tuple[HoldingSheet, ...]:
    held = draft.watchlist[: dice.randint(0, _HELD[draft.risk])]
    return tuple(_holding(symbol, dice) for symbol in held)


def _holding(symbol: str, dice: Random) -> HoldingSheet:
    price = Decimal(dice.randint(900, 32_000)) * _CENT
    return HoldingSheet(symbol, price, Decimal(dice.randint(5, 900)), dice.choice(_NOTES))
