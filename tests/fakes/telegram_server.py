"""A Telegram on the loopback: the Bot API for bots, /control/ for people and tests.

    python -m tests.fakes.telegram_server --port 8081 --stay --bots 6 --group "Borsa sohbeti"
    curl -s localhost:8081/                          # what was said, and what can be done
    curl -s localhost:8081/control/state             # tokens and group ids
    curl -s localhost:8081/control/say -d '{"chat": -1001000000007, "user": "Ayşe", "text": "@bot1 THYAO ne olur?"}'

Limits as on the real one (1 message a second and 20 a minute for a bot in a group) hold unless --no-limits is given.
"""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tests.fakes import process, wire
from tests.fakes.faults import WAYS, Fault
from tests.fakes.telegram import control, methods, news, params, strikes, truth
from tests.fakes.telegram.refusal import USUAL, Refusal
from tests.fakes.telegram.world import World

METHODS = methods.METHODS | news.METHODS


class Server:
    def __init__(self, *, limits: bool) -> None:
        self._limits = limits
        self.world = World(limits=limits)

    async def answer(self, request: wire.Request) -> wire.Answer:
        first, _, rest = request.path.lstrip("/").partition("/")
        if first.startswith("bot"):
            token, _, method = request.path.removeprefix("/bot").rpartition("/")
            return await self._api(token, method, request)
        if first == "control":
            return self._control(rest, request)
        return wire.Answer(200, (_HELP + truth.transcript(self.world)).encode(), "text/plain; charset=utf-8")

    # --- Bots --------------------------------------------------------------------------------------------------------
    async def _api(self, token: str, method: str, request: wire.Request) -> wire.Answer:
        bot = self.world.bots.get(token)
        who = bot.user.username if bot else ""
        entry: dict[str, Any] = {"n": len(self.world.calls) + 1, "at": time.time(), "bot": who, "method": method}
        entry |= {"params": {}, "status": None, "fault": "", "message_id": None}
        self.world.calls.append(entry)
        with suppress(Refusal):  # what cannot be read is refused below, after the token was looked at
            entry["params"] = params.read(request)
        await asyncio.sleep(self.world.latency)
        if self.world.strikes.at("written", request.peer, method):
            raise ConnectionResetError
        fault = self.world.faults.take(method, who)
        answer = None
        if fault is None or fault.recorded:
            answer = await self._answered(token, request, entry)
        if fault is not None:
            entry |= {"fault": fault.how, "retry_after": fault.retry_after}
            answer = fault.spoil(answer, _refusal)
        assert answer is not None
        if self.world.strikes.at("accepted", request.peer, method):
            raise ConnectionResetError
        entry["status"] = None if answer.way in ("hang", "reset") else answer.status
        return answer

    async def _answered(self, token: str, request: wire.Request, entry: dict[str, Any]) -> wire.Answer:
        try:
            result = await self._perform(token, request, entry)
        except Refusal as refusal:
            entry["refused"] = refusal.description
            return refusal.answer()
        return wire.as_json({"ok": True, "result": result})

    async def _perform(self, token: str, request: wire.Request, entry: dict[str, Any]) -> Any:
        bot = self.world.bots.get(token)
        if bot is None or bot.revoked:
            raise Refusal(401, "Unauthorized")
        if (perform := METHODS.get(entry["method"].lower())) is None:
            raise Refusal(404, "Not Found: method not found")
        self.world.limits.spend_call(token)
        result = await perform(self.world, bot, params.read(request))
        if perform is methods.send_message:
            entry["message_id"] = result["message_id"]
        return result

    # --- People and tests --------------------------------------------------------------------------------------------
    def _control(self, verb: str, request: wire.Request) -> wire.Answer:
        try:
            if verb == "reset":
                return self._reset()
            if verb in ("log", "state", "struck"):
                return wire.as_json(getattr(truth, verb)(self.world, request.query))
            wish = json.loads(request.body or b"{}")
            return wire.as_json(control.VERBS[verb](self.world, **wish))
        except KeyError as error:
            return wire.as_json({"error": f"there is no {error}"}, status=404)
        except (LookupError, TypeError, ValueError) as error:
            return wire.as_json({"error": str(error)}, status=400)

    def _reset(self) -> wire.Answer:
        news.stop_all()
        self.world = World(limits=self._limits)
        return wire.as_json({})


def _refusal(fault: Fault) -> wire.Answer:
    status = int(fault.how)
    if status == 429:
        seconds = 5 if fault.retry_after is None else fault.retry_after
        said = fault.description or f"Too Many Requests: retry after {seconds:g}"
        return Refusal(status, said, **({"retry_after": seconds} if seconds >= 0 else {})).answer()
    answer = Refusal(status, fault.description or USUAL.get(status, "Internal Server Error")).answer()
    return replace(answer, status=status)


_HELP = f"""A Telegram for trying things. Bots speak the Bot API at /bot<token>/<method>.
See GET /control/state and /control/log. Do with POST /control/<verb> and JSON:
{chr(10).join(f"  {name:8} {(verb.__doc__ or '').strip()}" for name, verb in control.VERBS.items())}
  reset    Forgets everything.
Ways to fail: a status, or {", ".join(WAYS)}.

"""


def main() -> None:
    parser = process.arguments(__doc__)
    parser.add_argument(
        "--bots", type=int, default=0, help="make this many bots: bot1, bot2 ...; the first sees everything"
    )
    parser.add_argument("--group", default="", help="make a group of this title with all of them")
    parser.add_argument("--no-limits", action="store_true", help="let bots speak as fast as they like")
    options = parser.parse_args()
    server = Server(limits=not options.no_limits)

    def ready() -> None:
        world = server.world
        for number in range(1, options.bots + 1):
            made = control.bot(world, username=f"bot{number}", name=f"Bot {number}", privacy=number > 1)
            print(f"@{made['username']}  {made['token']}", flush=True)
        if options.group:
            made = control.group(world, title=options.group, bots=[bot.user.username for bot in world.bots.values()])
            print(f"{options.group}  {made['id']}", flush=True)

    process.run(server.answer, options, ready=ready, eye=strikes.Eye(server))


if __name__ == "__main__":
    main()
