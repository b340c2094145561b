"""The guides as pages: Markdown of docs/guide, the same chapters and headings in each language.

Anchors come from the English headings, so that a link stays right in every language.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

NAMES = (
    "first-run", "cast", "rehearsal", "going-live", "moderating", "stopping", "people", "money", "incidents",
    "what-to-do",
)  # fmt: skip
"""In the order in which somebody new reads them."""
PLACE = Path("docs") / "guide"
_PICTURES = "../pictures/"


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str
    body: SafeString

    @property
    def text(self) -> str:
        return _Words.of(self.body)


@dataclass(frozen=True, slots=True)
class Chapter:
    name: str
    title: str
    lead: SafeString
    sections: tuple[Section, ...]

    @property
    def address(self) -> str:
        return reverse("help-chapter", args=[self.name])


def every(language: str) -> list[Chapter]:
    return [read(name, language) for name in NAMES]


@lru_cache(maxsize=64)
def read(name: str, language: str) -> Chapter:
    """A chapter in a language; English where there is no such language."""
    language = language if (settings.BASE_DIR / PLACE / language).is_dir() else "en"
    anchors = [slugify(title) for title, _tokens in _parts(name, "en")]
    (title, lead), *parts = _parts(name, language)
    sections = [
        Section(anchor, heading, _html(tokens)) for anchor, (heading, tokens) in zip(anchors[1:], parts, strict=True)
    ]
    return Chapter(name, title, _html(lead), tuple(sections))


def _parts(name: str, language: str) -> list[tuple[str, list[Token]]]:
    """The heading of the chapter, then each of its sections: what it is called, and what stands below."""
    text = (settings.BASE_DIR / PLACE / language / f"{name}.md").read_text(encoding="utf-8")
    parts: list[tuple[str, list[Token]]] = []
    tokens = iter(_MARKDOWN.parse(text))
    for token in tokens:
        if token.type == "heading_open" and token.tag in {"h1", "h2"}:
            parts.append((next(tokens).content, []))
            next(tokens)
        else:
            parts[-1][1].append(token)
    return parts


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def _html(tokens: Sequence[Token]) -> SafeString:
    for token in _all(tokens):
        if token.type == "image":
            token.attrs = token.attrs | {"src": _picture(str(token.attrs["src"])), "loading": "lazy"}
        elif token.type == "link_open":
            token.attrs["href"] = _link(str(token.attrs["href"]))
        elif token.type in {"table_open"}:
            token.attrs["class"] = "rows"
    told: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return mark_safe(told)  # noqa: S308 - our own files, and the parser lets no HTML of theirs through


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _picture(source: str) -> str:
    return static(f"guide/{source.removeprefix(_PICTURES)}") if source.startswith(_PICTURES) else source


def _link(target: str) -> str:
    """Between chapters: `money.md#budgets`. To a page of the product: `/approvals/`."""
    path, anchor = urldefrag(target)
    if not re.fullmatch(r"[a-z-]+\.md", path):
        return target
    return reverse("help-chapter", args=[path.removesuffix(".md")]) + (f"#{anchor}" if anchor else "")


class _Words(HTMLParser):
    """The words of a page without its marks."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def handle_data(self, data: str) -> None:
        self.told.append(data)

    @classmethod
    def of(cls, html: str) -> str:
        reader = cls()
        reader.feed(html)
        return " ".join(" ".join(reader.told).split())
