"""What axe-core finds on a page: rules of WCAG 2.0, 2.1 and 2.2, levels A and AA, and its good practice."""

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "preload": False,
}


def violations(page: Page) -> list[str]:
    """Each rule that is broken, with the first elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate(f"axe.run({json.dumps(_OPTIONS)})")
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} {node['html'][:160]} {_why(node)}"
        for rule in found["violations"]
        for node in rule["nodes"][:3]
    ]


def _why(node: dict[str, Any]) -> str:
    return str(node.get("failureSummary", "")).replace("\n", " ")[:240]
