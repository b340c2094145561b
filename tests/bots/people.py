"""Bots on paper for tests: small, and different where it matters."""

from dataclasses import replace
from datetime import time
from decimal import Decimal

from bots import sheet

NERMIN = sheet.BotSheet(
    username="nermin_temettu_bot",
    persona=sheet.PersonaSheet(
        name="Nermin Hanım",
        hint="Emekli kimya öğretmeni.",
        tone="sıcak, ölçülü",
        risk=sheet.Risk.LOW,
        horizon=sheet.Horizon.LONG,
        watchlist=("TUPRS", "AKBNK"),
        phrases=("sabır da bir pozisyondur",),
        emoji=("☕",),
        wpm=32,
    ),
    talkativeness=0.4,
    pace=1.4,
    hourly_cap=8,
    hours=(sheet.Hours(time(9, 30), time(13, 0)), sheet.Hours(time(20, 0), time(1, 30))),
    stances=(sheet.StanceSheet("temettü", "Düzenli temettü beni telaştan kurtarıyor.", 0.8),),
    holdings=(sheet.HoldingSheet("TUPRS", Decimal("96.4"), Decimal(350), "Temettüsü için."),),
    memories=(
        sheet.MemorySheet(sheet.MemoryKind.ROUTINE, "Ekrana bakmadan önce sardunyaları sularım.", 0.7),
        sheet.MemorySheet(sheet.MemoryKind.PAST_EVENT, "2001 krizinde altınlarımı bozdurmadım.", 0.6),
    ),
)


def named(username: str, **changes: object) -> sheet.BotSheet:
    """A plain bot with this username."""
    persona = sheet.PersonaSheet(name=username.title())
    return replace(sheet.BotSheet(username=username, persona=persona), **changes)  # type: ignore[arg-type]
