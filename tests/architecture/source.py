"""The sources of the product, read as they stand."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from config.embedded.state import CLONE

APPS = ("config", "bots", "conversations", "monitoring")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules(*tops: str) -> tuple[Path, ...]:
    """Python files under these folders, or of every app; what makemigrations writes is left out."""
    found = (path for top in tops or APPS for path in sorted((CLONE / top).rglob("*.py")))
    return tuple(path for path in found if "migrations" not in path.parts)


def name(path: Path) -> str:
    return str(path.relative_to(CLONE))


@cache
def walked(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def nodes(*tops: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the file it stands in."""
    for path in modules(*tops):
        where = name(path)
        for node in walked(path):
            yield where, node


def calls(*tops: str) -> Iterator[tuple[str, ast.Call]]:
    return ((where, node) for where, node in nodes(*tops) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last word of what is called."""
    verb = call.func
    return verb.attr if isinstance(verb, ast.Attribute) else verb.id if isinstance(verb, ast.Name) else ""


def root(node: ast.AST) -> str:
    """Where a chain of calls begins: `Turn.objects` of `Turn.objects.filter(x).order_by(y).update(z)`."""
    chain: list[str] = []
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute):
            chain.insert(0, node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return ".".join([node.id, *chain[:1]]) if isinstance(node, ast.Name) else ""
