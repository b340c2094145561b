"""Kulis speaks Turkish everywhere: each English text has its Turkish one, compiled as it is written."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
from django.apps import apps
from django.utils import translation
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "config" / "locale" / "tr" / "LC_MESSAGES" / "django.po"
CALLS = {
    "_": 0,
    "gettext": 0,
    "gettext_lazy": 0,
    "gettext_noop": 0,
    "ngettext": 0,
    "ngettext_lazy": 0,
    "pgettext": 1,
    "pgettext_lazy": 1,
}
"""By name: which argument is the text. The one before it, if any, is its context."""
_LITERAL = r"u?(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
CALL = re.compile(rf"\b(_|n?gettext|pgettext)\(({_LITERAL}(?:,\s*{_LITERAL})*)")
HOLES = re.compile(r"%\(\w+\)\.?\d*[a-z]|%[sd]|\{\w*\}")
FIXED = re.compile(r"`[^`]+`|--[a-z][\w-]+|https?://(?:[\w./]*\w)?|</?[a-z]+>|manage\.py \w+|\b[A-Z]+_[A-Z_]+\b")
"""What is the same in every language: commands, options, addresses, markup, names of settings."""
Text = tuple[str | None, str]
"""Context and text."""


def test_every_entry_of_the_catalogue_is_translated() -> None:
    unfinished = [entry.msgid for entry in _catalogue() if entry.obsolete or entry.fuzzy or not entry.translated()]
    assert unfinished == []


def test_placeholders_survive_translation() -> None:
    for entry in _catalogue():
        allowed = [_found(HOLES, text) for text in (entry.msgid, entry.msgid_plural) if text]
        for text in _translations(entry):
            assert _found(HOLES, text) in allowed, entry.msgid


def test_commands_and_addresses_survive_translation() -> None:
    for entry in _catalogue():
        wanted = _found(FIXED, entry.msgid)
        for text in _translations(entry):
            assert _found(FIXED, text) == wanted, entry.msgid


def test_no_text_gains_or_loses_blanks_at_its_ends() -> None:
    for entry in _catalogue():
        for text in _translations(entry):
            assert _ends(text) == _ends(entry.msgid), entry.msgid


def test_the_compiled_catalogue_is_the_written_one() -> None:
    written = {entry.msgid_with_context: entry.msgstr or entry.msgstr_plural for entry in _catalogue()}
    compiled = {
        entry.msgid_with_context: entry.msgstr or entry.msgstr_plural
        for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    }
    assert compiled == written


def test_the_catalogue_holds_every_text_of_the_source_and_no_other() -> None:
    """A text inside an f-string is none of them: `makemessages` cannot see it there."""
    known = {(entry.msgctxt, entry.msgid) for entry in _catalogue()}
    used = {text for text in [*_python_texts(), *_template_texts()] if text[1]}
    assert (sorted(map(str, used - known)), sorted(map(str, known - used))) == ([], [])


def test_whoever_chooses_turkish_reads_the_catalogue() -> None:
    with translation.override("tr"):
        for entry in _catalogue():
            if not entry.msgid_plural and not entry.msgctxt:
                assert translation.gettext(entry.msgid) == entry.msgstr


def test_whoever_chooses_english_reads_the_source() -> None:
    with translation.override("en"):
        assert [text for context, text in _python_texts() if not context and translation.gettext(text) != text] == []


def test_no_label_begins_with_a_letter_that_django_would_capitalise_wrongly() -> None:
    """Django makes I of i. Turkish makes İ of it, so such a label is written with its capital."""
    with translation.override("tr"):
        assert [label for label in _labels() if label.startswith("i")] == []


def _catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def _translations(entry: polib.POEntry) -> list[str]:
    return [text for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]


def _found(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(pattern.findall(text))


def _ends(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _labels() -> Iterator[str]:
    for app in ("bots", "conversations", "monitoring"):
        for model in apps.get_app_config(app).get_models():
            yield from (str(model._meta.verbose_name), str(model._meta.verbose_name_plural))
            for field in model._meta.fields:
                if not field.primary_key:
                    yield str(field.verbose_name)
                    yield from (str(label) for _value, label in field.flatchoices)


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).exists()]


def _python_texts() -> Iterator[Text]:
    for path in _tracked("bots/*.py", "config/*.py", "conversations/*.py", "monitoring/*.py"):
        if "/migrations/" in str(path):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                words = [part.value for part in node.args if isinstance(part, ast.Constant)]
                yield from _text(node.func.id, [word for word in words if isinstance(word, str)])


def _template_texts() -> Iterator[Text]:
    """As `makemessages` does it: what is to be translated in a template becomes calls with literals."""
    for path in _tracked("templates/*.html", "templates/*.txt"):
        for name, literals in CALL.findall(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
            yield from _text(name, ast.literal_eval(f"[{literals}]"))


def _text(call: str, words: list[str]) -> Iterator[Text]:
    """Nothing for a call with variables alone."""
    place = CALLS[call]
    if len(words) > place:
        yield (words[0] if place else None, words[place])
