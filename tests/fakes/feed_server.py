"""Somebody who publishes: feeds and files of prices on the loopback, with ETag, 304, redirects and every fault.

python -m tests.fakes.feed_server --port 8083 --stay
curl -s localhost:8083/control/publish -d '{"path": "/haber.xml", "text": "<rss/>", "type": "text/xml"}'
curl -s localhost:8083/haber.xml
"""

import base64
import hashlib
import json
from typing import Any

from tests.fakes import process, wire
from tests.fakes.faults import Fault, Faults


class Server:
    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.pages: dict[str, dict[str, Any]] = {}
        self.faults = Faults()
        self.requests: list[dict[str, Any]] = []

    async def answer(self, request: wire.Request) -> wire.Answer:
        if request.path.startswith("/control/"):
            return self._control(request.path.removeprefix("/control/"), request)
        self.requests.append({"path": request.path, "query": request.query, "headers": request.headers})
        fault = self.faults.take(request.path, "")
        if fault is None:
            return self._page(request)
        return fault.spoil(self._page(request) if fault.recorded else None, _refusal)

    def _page(self, request: wire.Request) -> wire.Answer:
        page = self.pages.get(request.path)
        if page is None:
            return wire.Answer(404, b"nothing here", "text/plain")
        body = base64.b64decode(page["body"])
        tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        headers = {**page["headers"], **({"etag": tag, "last-modified": page["modified"]} if page["marks"] else {})}
        asked = request.headers
        same = (
            tag == asked["if-none-match"]
            if "if-none-match" in asked
            else page["modified"] == asked.get("if-modified-since")
        )
        if page["marks"] and same:
            return wire.Answer(304, b"", page["type"], headers)
        return wire.Answer(page["status"], body, page["type"], headers)

    def _control(self, verb: str, request: wire.Request) -> wire.Answer:
        wish = json.loads(request.body or b"{}")
        match verb:
            case "log":
                return wire.as_json({"requests": self.requests})
            case "reset":
                self._begin()
            case "publish":
                self.pages[wish["path"]] = wish
            case "fault":
                self.faults.add(wish)
            case "mend":
                self.faults.clear()
            case _:
                return wire.as_json({"error": f"no such verb: {verb}"}, status=404)
        return wire.as_json({"ok": True})


def _refusal(fault: Fault) -> wire.Answer:
    return wire.Answer(int(fault.how), b"no", "text/plain")


if __name__ == "__main__":
    process.run(Server().answer, process.arguments(__doc__).parse_args())
