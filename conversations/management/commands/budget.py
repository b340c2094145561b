"""manage.py budget set|list|lift|price: what the cast may cost, and what its models cost."""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from bots.models import Bot
from conversations import spending
from conversations.management import doors
from conversations.models import Budget, Chat, Provider


class Command(doors.Door):
    help = "Limit what the cast, a chat, a bot or a provider may cost in a day or a month, Istanbul time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="set|list|lift|price")
        for verb, words in (("set", "set a budget, or change it"), ("lift", "take a budget away")):
            one = verbs.add_parser(verb, help=words)
            one.add_argument("scope", choices=Budget.Scope.values)
            one.add_argument("--of", default="", metavar="NAME", help="number of the chat, username, or provider")
            one.add_argument("--period", choices=Budget.Period.values, default="day")
            if verb == "set":
                one.add_argument("--dollars", type=_dollars, metavar="N", help="US dollars")
                one.add_argument("--tokens", type=int, metavar="N", help="tokens, read and written")
            self.add_json(one)
        self.add_json(verbs.add_parser("list", help="every budget and how much of it is gone"))
        price = verbs.add_parser("price", help="what a model costs from now on, US dollars a million tokens")
        price.add_argument("provider", metavar="PROVIDER")
        for kind in ("prompt", "cached", "completion"):
            price.add_argument(f"--{kind}", type=_dollars, required=kind != "cached", default=Decimal(0), metavar="N")
        self.add_json(price)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        try:
            getattr(self, f"_{verb}")(json=json, **options)
        except ValidationError as error:
            raise doors.refusal(error) from error

    def _set(self, *, json: bool, scope: str, of: str, period: str, **options: Any) -> None:
        amounts = {name: options[name] for name in ("dollars", "tokens") if options[name] is not None}
        budget = spending.limit(
            Budget.Scope(scope), Budget.Period(period), subject=_subject(scope, of), by=doors.ACTOR, **amounts
        )
        standing = spending.standing(budget)
        self.answer(_facts(standing), _line(standing), as_json=json)

    def _lift(self, *, json: bool, scope: str, of: str, period: str, **_options: Any) -> None:
        whose = {} if scope == Budget.Scope.CAST else {scope: _subject(scope, of)}
        budget = Budget.objects.filter(scope=scope, period=period, **whose).first()
        if budget is None:
            raise CommandError("There is no such budget. `manage.py budget list` shows them.")
        name = str(budget)
        spending.lift(budget, by=doors.ACTOR)
        self.answer({"lifted": name}, f"{name}: nothing is limited any more.", as_json=json)

    def _list(self, *, json: bool, **_options: Any) -> None:
        found = spending.standings()
        lines = [_line(one) for one in found] or ["No budget. `manage.py budget set cast --dollars 5` makes one."]
        self.answer({"budgets": [_facts(one) for one in found]}, "\n".join(lines), as_json=json)

    def _price(self, *, json: bool, provider: str, **dollars: Any) -> None:
        kinds = {kind: dollars[kind] for kind in ("prompt", "cached", "completion")}
        price = spending.price(_provider(provider), by=doors.ACTOR, **kinds)
        text = f"{price.model} of {provider}: {price.prompt} read, {price.cached} cached, {price.completion} written."
        self.answer({"provider": provider, "model": price.model, **kinds}, text, as_json=json)


def _subject(scope: str, name: str) -> Chat | Bot | Provider | None:
    if scope == Budget.Scope.CAST:
        return None
    if scope == Budget.Scope.PROVIDER:
        return _provider(name)
    if scope == Budget.Scope.BOT:
        return doors.bots(name)[0] if name else _nobody(scope)
    return (Chat.objects.filter(pk=name).first() if name.isdecimal() else None) or _nobody(scope)


def _provider(name: str) -> Provider:
    return Provider.objects.filter(name=name).first() or _nobody("provider")


def _nobody(scope: str) -> Any:
    raise CommandError(f"Say which {scope}: --of NAME, as the admin lists it.")


def _dollars(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError from None


def _facts(one: spending.Standing) -> dict[str, Any]:
    budget = one.budget
    return {
        "budget": str(budget), "scope": budget.scope, "period": budget.period, "dollars": budget.dollars,
        "tokens": budget.tokens, "cost": one.cost, "used_tokens": one.tokens, "percent": one.percent,
    }  # fmt: skip


def _line(one: spending.Standing) -> str:
    limits = [f"${one.budget.dollars:.2f}"] if one.budget.dollars is not None else []
    limits += [f"{one.budget.tokens:,} tokens"] if one.budget.tokens is not None else []
    return f"{one.budget!s:<32} {one.percent:>3} %  ${one.cost:.4f}, {one.tokens:,} tokens of {' and '.join(limits)}"
