"""From a document to the bot that it holds, as an import does it."""

import json
from typing import Any

from bots.exchange import document, reading
from bots.exchange.remarks import Remark, Verdict
from bots.sheet import BotSheet


def fine(_text: str) -> tuple[str, ...]:
    return ()


def read(data: Any, check: Any = fine) -> tuple[BotSheet, list[Remark]]:
    return of_bytes(json.dumps(data).encode(), check)


def of_bytes(raw: bytes, check: Any = fine) -> tuple[BotSheet, list[Remark]]:
    paper = document.read(raw)
    [sheet] = reading.bots(paper, check=check)
    return sheet, paper.remarks


def told(remarks: list[Remark], field: str, verdict: Verdict | None = None) -> list[str]:
    return [remark.text for remark in remarks if remark.field == field and verdict in {None, remark.verdict}]
