"""How soon a person who mentions a bot in a rehearsal room is answered, by the stack that runs now."""

import time

from django.contrib.auth.models import User

from conversations import control, rehearsal
from conversations.models import Chat, Message
from monitoring.bench.figure import Figure

LONGEST = 30.0


class NotRunning(Exception):
    """There is nothing to measure: no stack, or no room."""


def figures(times: int, *, patience: float = LONGEST) -> list[Figure]:
    """Ask `times` times. Raises NotRunning with the remedy when nobody could answer."""
    room = Chat.objects.talking().filter(kind=Chat.Kind.REHEARSAL, memberships__isnull=False).first()
    if room is None or not control.is_running():
        raise NotRunning("This needs a running stack with a rehearsal room: `make run` in another terminal.")
    seconds = sorted(_ask(room, number, patience) for number in range(times))
    return [
        Figure(
            "mention in the rehearsal room to answer, median", round(seconds[len(seconds) // 2], 2), "s", "below 10"
        ),
        Figure("mention in the rehearsal room to answer, slowest", round(seconds[-1], 2), "s", "below 10"),
    ]


def _ask(room: Chat, number: int, patience: float) -> float:
    members = list(room.members.order_by("pk"))
    bot = members[number % len(members)]
    asker, _new = User.objects.get_or_create(username="bench", defaults={"first_name": "Ölçüm"})
    started = time.monotonic()
    asked = rehearsal.say(room, participant=rehearsal.guest(asker), text=f"@{bot.username} bu aralar ne düşünüyorsun?")
    while time.monotonic() - started < patience:
        if Message.objects.filter(reply_to=asked, bot=bot).exists():
            return time.monotonic() - started
        time.sleep(0.05)
    raise NotRunning(f"{bot} did not answer within {patience:g} s. `manage.py doctor` says why that may be.")
