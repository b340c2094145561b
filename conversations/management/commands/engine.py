"""manage.py engine start|stop|status|scale N: the one switch, and how the cast stands."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError

from conversations import control, standing
from conversations.management import doors


class Command(doors.Door):
    help = "Start or stop the whole cast, make it more or less talkative, or show how it stands."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="start|stop|status|scale")
        for verb, words in (("start", "let the cast talk"), ("stop", "silence everything within two seconds")):
            one = verbs.add_parser(verb, help=words)
            one.add_argument("--reason", default="", help="why, for the audit trail")
            self.add_json(one)
        self.add_json(verbs.add_parser("status", help="how the cast stands"))
        scale = verbs.add_parser("scale", help="how talkative: 0.1 to 10, 1 is normal")
        scale.add_argument("value", type=float)
        self.add_json(scale)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        try:
            if verb in {"start", "stop"}:
                getattr(control, verb)(by=doors.ACTOR, reason=options["reason"])
            elif verb == "scale":
                control.scale(options["value"], by=doors.ACTOR)
        except ValidationError as error:
            raise doors.refusal(error) from error
        state = standing.now()
        self.answer(state, _words(state), as_json=json)


def _words(state: dict[str, Any]) -> str:
    turns = ", ".join(f"{count} {name}" for name, count in state["turns"].items() if count) or "none yet"
    return "\n".join(
        [
            f"Engine      {'running' if state['running'] else 'stopped'}, scale {state['scale']:g}",
            f"Cast        {doors.count(state['bots'], 'bot')} in {doors.count(state['chats'], 'chat')}",
            f"Turns       {turns}",
            f"Last minute {doors.count(state['messages_last_minute'], 'message')}",
            f"Ceiling     {_ceiling(state['ceiling'])}",
            f"Oldest due  {state['oldest_due_seconds']:g} s",
            f"Held back   {_held_back(state['limits'])}",
            f"Processes   {_processes(state['processes'])}",
        ]
    )


def _held_back(held: dict[str, Any]) -> str:
    """Who is not called now, and what limits ended in the last minutes."""
    told = [f"{one['of']} rests ({one['reason']})" for one in held["breakers"]]
    if held["gates"]:
        told.append(f"{held['gates']} gates of Telegram, the longest for {held['longest_gate_seconds']:g} s more")
    told += [f"{count} {reason}" for reason, count in held["held_back_last_5_minutes"].items() if count]
    return ", ".join(told) or "nobody"


def _processes(found: list[dict[str, Any]]) -> str:
    return ", ".join(f"{one['kind']} {one['host']}:{one['pid']} {one['state']}" for one in found) or "none"


def _ceiling(ceiling: dict[str, Any] | None) -> str:
    if ceiling is None:
        return "none: no chat talks"
    return f"{ceiling['messages_per_hour']} messages an hour, by {ceiling['name']}"
