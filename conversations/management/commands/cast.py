"""manage.py cast import|export|generate|tokens: bots in and out, and their tokens."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bots import roster
from bots.casts import generate
from bots.exchange import document, outgoing, writing
from bots.exchange import tokens as handing
from bots.models import Bot
from bots.sheet import BotSheet, Format
from conversations.exchange import importing, telling
from conversations.management import doors

EXAMPLES = """examples:
  manage.py cast import cast.json --dry-run      what would be written, and everything that was repaired
  manage.py cast import cast.json                write it, all or nothing
  manage.py cast import ayse.png                 a character card (V1, V2, V3; JSON or PNG), an elizaOS character,
                                                 a TinyTroupe agent: the content says which it is
  manage.py cast export cast.json                every bot, without its token
  manage.py cast export ayse.png --format card-v3 --bot ayse_bot
                                                 one bot as a character card inside a small picture
  manage.py cast export cast.zip --format eliza  a file for each bot, in one archive
  manage.py cast generate 20 --seed 7            twenty new personas; the same seed makes the same ones
  manage.py cast tokens tokens.txt               one token a line, or a username and its token; - reads what you paste
"""


class Command(doors.Door):
    help = "Take bots into the cast from a file or a seed, write the cast to a file, hand out tokens."

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **options
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|export|generate|tokens")
        imports = verbs.add_parser("import", help="read a cast, ours or the predecessor's, or a foreign character")
        imports.add_argument("file", metavar="FILE", help="- reads standard input")
        imports.add_argument(
            "--username", default="", metavar="NAME", help="of the one bot in the file, whatever it says"
        )
        self._add_export(verbs.add_parser("export", help="write bots to a file, without tokens"))
        makes = verbs.add_parser("generate", help="make distinct personas: 1 to 200")
        makes.add_argument("count", type=int, metavar="N")
        makes.add_argument("--seed", type=int, required=True, metavar="S", help="the same seed makes the same personas")
        makes.add_argument("--tokens", metavar="FILE", help="then hand out these tokens")
        binds = verbs.add_parser("tokens", help="hand out tokens to the bots that have none")
        binds.add_argument("file", metavar="FILE", help="- reads standard input")
        for verb in (imports, makes):
            verb.add_argument(
                "--skip-existing", action="store_true", help="leave bots that are there already as they are"
            )
            verb.add_argument("--dry-run", action="store_true", help="show what would be written, and write nothing")
        for verb in (imports, makes, binds):
            self.add_json(verb)

    def _add_export(self, exports: ArgumentParser) -> None:
        exports.add_argument(
            "file", metavar="FILE", help="- writes to standard output; a .zip holds a file for each bot, a .png a card"
        )
        exports.add_argument(
            "--format",
            dest="kind",
            choices=[name.removesuffix("-cast") for name in outgoing.FORMATS],
            default="kulis",
            help="kulis holds the whole cast (the default); each of the others holds one bot",
        )
        exports.add_argument(
            "--bot", action="append", default=[], metavar="USERNAME", help="this bot alone; may be given again"
        )
        exports.add_argument("--pictures", action="store_true", help="cards as PNG files, also inside a .zip")
        self.add_json(exports)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        try:
            getattr(self, f"_{verb}")(json=json, **options)
        except ValidationError as error:
            raise doors.refusal(error) from error

    def _import(
        self, *, json: bool, file: str, username: str, skip_existing: bool, dry_run: bool, **_options: Any
    ) -> None:
        try:
            plan = importing.plan(_read(file), skip_existing=skip_existing, username=username)
        except document.NotACast as error:
            raise CommandError(f"{file}: {error}") from error
        written = not plan.refused and not dry_run
        if written:
            importing.carry_out(plan, by=doors.ACTOR)
        facts = {"written": written, "dry_run": dry_run} | telling.facts(plan)
        self.answer(facts, f"{telling.words(plan)}\n{'' if plan.refused else _outcome(written)}", as_json=json)
        if plan.refused:
            raise CommandError(_("Nothing was written. Mend what is REFUSED above, then import the file again."))

    def _export(self, *, json: bool, file: str, kind: str, bot: list[str], pictures: bool, **_options: Any) -> None:
        sheets = _chosen(bot)
        wanted = Format.KULIS if kind == "kulis" else Format(kind)
        content = outgoing.content(sheets, wanted, file, pictures=pictures)
        if file == "-":
            sys.stdout.buffer.write(content) if pictures else self.stdout.write(content.decode(), ending="")
            return
        _write(file, content)
        said = ngettext(
            "%(n)s bot is in %(file)s, without its token.", "%(n)s bots are in %(file)s, without tokens.", len(sheets)
        )
        facts = {"file": file, "format": wanted.value, "bots": len(sheets)}
        self.answer(facts, said % {"n": len(sheets), "file": file}, as_json=json)

    def _generate(
        self, *, json: bool, count: int, seed: int, tokens: str | None, skip_existing: bool, dry_run: bool, **_rest: Any
    ) -> None:
        pasted = _pasted(tokens) if tokens else ""
        sheets = _fresh(count, seed, skip_existing=skip_existing)
        bots = [] if dry_run else roster.enrol_all(sheets, by=doors.ACTOR)
        results = handing.bind(pasted, bots=bots, by=doors.ACTOR) if bots else []
        facts = {"written": bool(bots), "dry_run": dry_run, "bots": [telling.bot(sheet) for sheet in sheets]}
        self._hand_out(facts, f"{telling.cast(sheets)}\n{_outcome(bool(bots))}", results, as_json=json)

    def _tokens(self, *, json: bool, file: str, **_options: Any) -> None:
        lacking = [Bot.Token.MISSING, Bot.Token.DEAD]
        waiting = Bot.objects.filter(token_state__in=lacking, retired_at=None).order_by("pk")
        results = handing.bind(_pasted(file), bots=waiting, by=doors.ACTOR)
        if not results:
            raise CommandError(_("%(file)s: there is no token in it.") % {"file": file})
        self._hand_out({}, "", results, as_json=json)

    def _hand_out(self, facts: dict[str, Any], text: str, results: list[handing.Result], *, as_json: bool) -> None:
        """The outcome of each line of tokens; a bad one fails the command and nothing else."""
        told = "\n".join(filter(None, [text, *map(telling.token, results)]))
        self.answer(facts | {"tokens": [asdict(line) for line in results]}, told, as_json=as_json)
        if failed := sum(not line.ok for line in results):
            raise CommandError(
                ngettext("%(n)s line was not taken.", "%(n)s lines were not taken.", failed) % {"n": failed}
            )


def _fresh(count: int, seed: int, *, skip_existing: bool) -> tuple[BotSheet, ...]:
    """Generated bots whose usernames nobody in the cast has."""
    if not 1 <= count <= generate.MOST:
        raise CommandError(_("A generated cast has 1 to %(most)s bots.") % {"most": generate.MOST})
    sheets = generate.generate(count, seed)
    known = {name.lower() for name in roster.taken(sheet.username for sheet in sheets)}
    if known and not skip_existing:
        names = {"names": ", ".join(f"@{name}" for name in sorted(known)[:5])}
        raise CommandError(_("In the cast already: %(names)s. Take another --seed, or --skip-existing.") % names)
    return tuple(sheet for sheet in sheets if sheet.username.lower() not in known)


def _chosen(usernames: list[str]) -> tuple[BotSheet, ...]:
    """These bots, or all of them when none is named."""
    wanted = [name.removeprefix("@") for name in usernames]
    sheets = writing.sheets(wanted)
    found = {sheet.username.lower() for sheet in sheets}
    if missing := [name for name in wanted if name.lower() not in found]:
        raise CommandError(_("There is no bot @%(name)s in the cast.") % {"name": missing[0]})
    return sheets


def _outcome(written: bool) -> str:
    return _("Written.") if written else _("Nothing was written.")


def _read(file: str) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read(document.MOST_PICTURE + 1)
        with Path(file).open("rb") as opened:
            return opened.read(document.MOST_PICTURE + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from error


def _pasted(file: str) -> str:
    return _read(file).decode("utf-8", errors="replace")


def _write(file: str, content: bytes) -> None:
    """Whole or not at all."""
    target = Path(file)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandError(f"{file}: {error.strerror}.") from error
