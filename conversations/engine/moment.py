"""What the model is told of this moment: clock, market, what the speaker knows, feels and may bring up. Pure."""

from collections.abc import Sequence

from conversations.engine import motive
from conversations.engine.values import Bond, Feelings, Length, Plan, Price, Scene, Standing

LENGTHS: dict[Length, str] = {"short": "1-2 kısa cümle", "medium": "2-3 cümle", "long": "3-4 cümle"}
_DAYS = ("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar")
_HIGH, _LOW = 70, 30
_MOODS = (
    ("energy", "enerjiksin", "yorgunsun"),
    ("mood", "keyfin yerinde", "keyfin yok"),
    ("confidence", "kendinden eminsin", "kararsızsın, çekingen konuş"),
    ("stress", "gerginsin, kısa yaz", ""),
    ("excitement", "heyecanlısın", "durgunsun"),
    ("curiosity", "meraklısın, soru sorabilirsin", ""),
    ("warmth", "sıcak ve samimisin", "mesafelisin"),
)
_BONDS: dict[Standing, str] = {
    "stranger": "",
    "acquaintance": "tanıdığın biri",
    "friend": "arkadaşın",
    "close_friend": "yakın arkadaşın",
    "rival": "sık sık ters düştüğün biri",
}


def told(scene: Scene, plan: Plan, *, memories: Sequence[str], earlier: Sequence[str], refresh: bool) -> str:
    """One line for each thing that is there to tell. `refresh` repeats who the speaker is."""
    now, position, speaker = scene.now, plan.position, plan.speaker
    lines = [
        f"Şu an {_DAYS[now.weekday()]} {now:%d.%m.%Y %H:%M}, {scene.session}. Grup: {plain(scene.title)}.",
        fact("Konu", plan.topic),
        fact("Bu konudaki görüşün", f"{position.text} (güven %{position.confidence * 100:.0f})" if position else ""),
        fact("Hatırladıkların", " / ".join(memories)),
        fact("Daha önce burada yazdıkların", " / ".join(plain(text) for text in earlier)),
        fact("Şu an", ", ".join(feelings(speaker.feelings))),
        _bond(plan),
        _prices(scene.prices),
        fact("Yeri gelirse kullanabileceğin sözün", plan.phrase),
        fact("Yeri gelirse anlatabileceğin anın", plan.anecdote),
        f"Uzunluk: {LENGTHS[plan.length]}.",
        f"Unutma, sen {speaker.name}: {speaker.character.tone}." if refresh else "",
    ]
    return "\n".join(filter(None, lines))


def feelings(now: Feelings) -> list[str]:
    """What of a mood stands out, in words."""
    values = [(getattr(now, name), high, low) for name, high, low in _MOODS]
    return [words for value, high, low in values if (words := high if value > _HIGH else low if value < _LOW else "")]


def _bond(plan: Plan) -> str:
    """How the speaker stands with whom it answers, unless they are strangers."""
    other = motive.whom(plan.target)
    bond = plan.speaker.bonds.get(other, Bond()) if other else Bond()
    words = _BONDS[bond.standing]
    return f"{plain(plan.target.speaker)} {words}." if plan.target and words else ""


def _prices(prices: Sequence[Price]) -> str:
    """The only figures that may be stated, each with its source."""
    return "\n".join(["<fiyatlar>", *map(_price, prices), "</fiyatlar>"]) if prices else ""


def _price(price: Price) -> str:
    change = f", önceki güne göre {_decimal(price.change, signed=True)}%" if price.change is not None else ""
    sample = ", örnek veri" if price.demo else ""
    origin = f"{price.as_of:%H:%M}, {plain(price.source)}{sample}"
    return f"{plain(price.symbol)}: {_decimal(price.price)} {price.currency}{change} ({origin})"


def _decimal(number: object, *, signed: bool = False) -> str:
    """A number as Turkish writes it."""
    text = f"{number:+,.2f}" if signed else f"{number:,.2f}"
    return text.translate(str.maketrans(",.", ".,"))


def fact(label: str, text: str) -> str:
    return f"{label}: {text.rstrip('.')}." if text else ""


def plain(text: str) -> str:
    """Text of others on one line, whatever it calls a line break, that cannot close its own fence."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())
