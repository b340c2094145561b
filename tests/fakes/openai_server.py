"""An OpenAI-compatible provider on the loopback: /v1/chat/completions, /v1/models, and /control/ for people and tests.

    python -m tests.fakes.openai_server --port 8082 --stay --latency 0.8
    curl -s localhost:8082/control/log               # what was asked
    curl -s localhost:8082/control/script -d '{"answers": ["Merhaba!"]}'

It offers the model `fake-1`, takes any key, and answers in Turkish from the words of the prompt.
"""

import asyncio
import json
import time
from typing import Any

from tests.fakes import process, wire
from tests.fakes.faults import Fault, Faults
from tests.fakes.openai.provider import Provider
from tests.fakes.openai.quota import Quota
from tests.fakes.openai.refusal import USUAL, Refusal


class Server:
    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._begin()

    def _begin(self) -> None:
        self.seconds = self._latency
        self.provider = Provider()
        self.faults = Faults()
        self.quota = Quota()
        self.requests: list[dict[str, Any]] = []

    async def answer(self, request: wire.Request) -> wire.Answer:
        path = request.path.strip("/")
        if path.startswith("control/"):
            return self._control(path.removeprefix("control/"), request)
        key = request.headers.get("authorization", "").removeprefix("Bearer").strip()
        entry: dict[str, Any] = {"n": len(self.requests) + 1, "at": time.time(), "call": path.removeprefix("v1/")}
        entry |= {"body": _loaded(request.body), "key": key, "status": None, "fault": ""}
        self.requests.append(entry)
        if entry["call"] != "chat/completions":
            return await self._late(entry, request)
        if refusal := self.quota.enter(entry["body"]):
            entry["status"], entry["fault"] = refusal.status, "quota"
            return refusal
        try:
            answer = await self._late(entry, request)
        finally:
            self.quota.leave()
        answer.headers.update(self.quota.headers())
        return answer

    async def _late(self, entry: dict[str, Any], request: wire.Request) -> wire.Answer:
        await asyncio.sleep(self.seconds)
        answer = self._spoiled(entry, request)
        entry["status"] = None if answer.way in ("hang", "reset") else answer.status
        return answer

    def _spoiled(self, entry: dict[str, Any], request: wire.Request) -> wire.Answer:
        body = entry["body"]
        fault = self.faults.take(entry["call"], str(body.get("model", "")) if isinstance(body, dict) else "")
        if fault is None:
            return self._answered(entry, request)
        entry["fault"] = fault.how
        return fault.spoil(self._answered(entry, request) if fault.recorded else None, _refusal)

    def _answered(self, entry: dict[str, Any], request: wire.Request) -> wire.Answer:
        try:
            self.provider.check_key(entry["key"])
            match request.method, entry["call"]:
                case "GET", "models":
                    return wire.as_json(self.provider.listed())
                case "POST", "chat/completions":
                    return wire.as_json(self.provider.complete(entry["body"]))
        except Refusal as refusal:
            return refusal.answer()
        return Refusal(404, f"Invalid URL ({request.method} {request.path})").answer()

    def _control(self, verb: str, request: wire.Request) -> wire.Answer:
        wish = _loaded(request.body)
        if verb == "log":
            asked = self.requests[int(request.query.get("requests", "0")) :]
            return wire.as_json({"requests": asked, "crowd": self.quota.crowd})
        try:
            match verb:
                case "model":
                    self.provider.models[wish["name"]] = {"context": wish["context"], "refuses": wish["refuses"]}
                case "keys":
                    self.provider.keys = list(wish["keys"])
                case "script":
                    self.provider.scripts += [_script(one) for one in wish["answers"]]
                case "quota":
                    self.quota = Quota(**wish, under_way=self.quota.under_way)
                case "latency":
                    self.seconds = float(wish["seconds"])
                case "fault":
                    self.faults.add(wish)
                case "reset" | "mend":
                    (self._begin if verb == "reset" else self.faults.clear)()
                case _:
                    return wire.as_json({"error": f"there is no {verb}"}, status=404)
        except (KeyError, TypeError, ValueError) as error:
            return wire.as_json({"error": repr(error)}, status=400)
        return wire.as_json({})


def _loaded(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError:
        return body.decode(errors="replace")


def _script(answer: Any) -> dict[str, Any]:
    """A text, or an object with any of `text` (may be null), `finish`, `refusal`, `choices` and `model`."""
    return {"text": answer} if isinstance(answer, str) else dict(answer)


def _refusal(fault: Fault) -> wire.Answer:
    status = int(fault.how)
    said, code = USUAL.get(status, USUAL[500])
    headers = {} if fault.retry_after is None else {"retry-after": f"{fault.retry_after:g}"}
    return Refusal(status, fault.description or said, code=fault.code or code).answer(**headers)


def main() -> None:
    parser = process.arguments(__doc__)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer takes")
    options = parser.parse_args()
    process.run(Server(options.latency).answer, options)


if __name__ == "__main__":
    main()
