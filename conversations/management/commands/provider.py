"""manage.py provider add|list|test|key|address|enable|disable|remove: where the words come from.

Keys come from a variable of the environment, never from the command line, which everybody on the machine can read.
"""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from conversations import providers
from conversations.management import doors
from conversations.models import Provider

VERBS = {
    "test": "ask it for one word",
    "key": "give it another key, or take its key away",
    "address": "point it elsewhere; its key goes",
    "enable": "let it write",
    "disable": "do not ask it any more",
    "remove": "delete one that never worked",
}


class Command(doors.Door):
    help = "Say where the words of the cast come from: any OpenAI-compatible server, or the offline voice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar=f"add|list|{'|'.join(VERBS)}")
        add = verbs.add_parser("add", help="try a new provider and keep it")
        add.add_argument("name", metavar="NAME")
        add.add_argument("--base-url", default="", metavar="URL", help="for example https://api.openai.com/v1")
        add.add_argument("--model", default="", metavar="M", help="as the provider spells it")
        add.add_argument("--key-env", metavar="VAR", help="the variable that holds the key")
        add.add_argument("--priority", type=int, default=10, metavar="N", help="lower is asked first; 10")
        add.add_argument("--offline", action="store_true", help="the offline voice: no address, no key, no model")
        add.add_argument("--no-test", action="store_true", help="keep it untried")
        self.add_json(add)
        self.add_json(verbs.add_parser("list", help="all of them, in the order in which they are asked"))
        for verb, words in VERBS.items():
            one = verbs.add_parser(verb, help=words)
            one.add_argument("name", metavar="NAME")
            if verb == "address":
                one.add_argument("--base-url", required=True, metavar="URL")
            if verb in {"address", "key"}:
                one.add_argument("--key-env", metavar="VAR", help="the variable that holds the key; without it: no key")
            self.add_json(one)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        try:
            getattr(self, f"_{verb}")(json=json, **options)
        except ValidationError as error:
            raise doors.refusal(error) from error

    def _add(self, *, json: bool, name: str, offline: bool, no_test: bool, **options: Any) -> None:
        if not offline and not (options["base_url"] and options["model"]):
            raise CommandError("A provider needs --base-url and --model; the offline voice needs --offline instead.")
        provider = providers.propose(
            name,
            base_url=options["base_url"],
            model=options["model"] or Provider.Kind.OFFLINE,
            key=_key(options["key_env"]),
            priority=options["priority"],
            kind=Provider.Kind.OFFLINE if offline else Provider.Kind.OPENAI,
            trusted=True,
        )
        trial = providers.Trial("Not tried.", ok=True) if no_test else providers.test(provider)
        if not trial.ok:
            raise CommandError(f"{name} is not kept: {trial.text} (--no-test keeps it all the same.)")
        providers.keep(provider, by=doors.ACTOR)
        self.answer(
            {**_facts(provider), "test": trial.text}, f"{name} is asked from now on. {trial.text}", as_json=json
        )

    def _list(self, *, json: bool, **_options: Any) -> None:
        found = list(Provider.objects.order_by("priority", "pk"))
        lines = [_line(provider) for provider in found] or [
            "No provider yet. `manage.py provider add --help` shows how."
        ]
        self.answer({"providers": [_facts(provider) for provider in found]}, "\n".join(lines), as_json=json)

    def _test(self, *, json: bool, name: str, **_options: Any) -> None:
        provider = _named(name)
        trial = providers.test(provider)
        if not trial.ok:
            raise CommandError(f"{name}: {trial.text}")
        self.answer({**_facts(provider), "test": trial.text}, f"{name}: {trial.text}", as_json=json)

    def _key(self, *, json: bool, name: str, key_env: str | None, **_options: Any) -> None:
        provider = providers.set_key(_named(name), _key(key_env), by=doors.ACTOR)
        self.answer(_facts(provider), f"{name} has {'another' if key_env else 'no'} key now.", as_json=json)

    def _address(self, *, json: bool, name: str, base_url: str, key_env: str | None, **_options: Any) -> None:
        key = _key(key_env)
        provider = providers.change_address(_named(name), base_url, by=doors.ACTOR, trusted=True)
        if key:
            provider = providers.set_key(provider, key, by=doors.ACTOR)
        said = "with the key given" if provider.api_key else "without a key"
        self.answer(_facts(provider), f"{name} is at {provider.base_url} now, {said}.", as_json=json)

    def _enable(self, *, json: bool, name: str, **_options: Any) -> None:
        self.answer(_facts(providers.enable(_named(name), by=doors.ACTOR)), f"{name} is asked again.", as_json=json)

    def _disable(self, *, json: bool, name: str, **_options: Any) -> None:
        self.answer(_facts(providers.disable(_named(name), by=doors.ACTOR)), f"{name} is not asked.", as_json=json)

    def _remove(self, *, json: bool, name: str, **_options: Any) -> None:
        providers.remove(_named(name), by=doors.ACTOR)
        self.answer({"removed": name}, f"{name} is removed.", as_json=json)


def _named(name: str) -> Provider:
    provider = Provider.objects.filter(name=name).first()
    if provider is None:
        raise CommandError(f"There is no provider {name!r}. `manage.py provider list` shows them.")
    return provider


def _key(variable: str | None) -> str:
    if variable is None:
        return ""
    key = os.environ.get(variable, "")
    if not key:
        raise CommandError(f"The variable {variable} is not set or empty, so there is no key to seal.")
    return key


def _facts(provider: Provider) -> dict[str, Any]:
    shown = ("name", "kind", "base_url", "model", "priority", "enabled", "failures", "last_error", "last_ok_at")
    return {**{name: getattr(provider, name) for name in shown}, "key": bool(provider.api_key)}


def _line(provider: Provider) -> str:
    state = "enabled " if provider.enabled else "disabled"
    trouble = f"  last error: {provider.last_error}" if provider.failures else ""
    place = provider.base_url or "on this machine"
    return f"{provider.priority:>4}  {state}  {provider.name}  {provider.model}  {place}{trouble}"
