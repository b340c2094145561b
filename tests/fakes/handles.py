"""Handles for tests: a fake in its own process, and what can be done to it and asked of it."""

import base64
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import httpx

ROOT = Path(__file__).resolve().parents[2]


class Fake:
    """A running fake. `address` is what the product is told."""

    def __init__(self, module: str, *options: str) -> None:
        command = [sys.executable, "-m", module, "--port", "0", *options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        assert port.isdigit(), f"{module} did not start"
        self.root = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.root, trust_env=False, timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self._process.kill()
        self._process.communicate()

    def do(self, verb: str, **wish: Any) -> Any:
        answer = self.client.post(f"/control/{verb}", json=wish)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def see(self, view: str) -> Any:
        return self.client.get(f"/control/{view}").json()

    def reset(self) -> None:
        self.do("reset")

    def fault(self, call: str, how: str | int, **more: Any) -> None:
        """The next calls of this kind go wrong; tests/fakes/faults.py says in which ways."""
        self.do("fault", call=call, how=str(how), **more)

    def mend(self) -> None:
        self.do("mend")


class TelegramFake(Fake):
    def __init__(self) -> None:
        super().__init__("tests.fakes.telegram_server", "--no-limits")
        self.address = self.root

    def add_bot(
        self, username: str, *, name: str = "", token: str = "", privacy: bool = True, sees_bots: bool = False
    ) -> str:
        """The token of a new bot."""
        made = self.do("bot", username=username, name=name, token=token, privacy=privacy, sees_bots=sees_bots)
        return str(made["token"])

    def add_group(self, title: str, *bots: str, **more: Any) -> int:
        """The id of a new group with these bots in it; `kind`, `topics` and `reactions` may be given."""
        return int(self.do("group", title=title, bots=list(bots), **more)["id"])

    def member(self, chat: int, bot: str, status: str = "member") -> None:
        self.do("member", chat=chat, bot=bot, status=status)

    def say(self, chat: int, user: str, text: str, **more: Any) -> int:
        """A human writes; `reply_to`, `thread` and `username` may be given. The message's id."""
        return int(self.do("say", chat=chat, user=user, text=text, **more)["message_id"])

    def say_privately(self, bot: str, user: str, text: str, **more: Any) -> int:
        return int(self.do("say", bot=bot, user=user, text=text, **more)["message_id"])

    def share(self, chat: int, user: str, what: str, **more: Any) -> int:
        """A human sends a photo, sticker, voice, poll ...; `caption` and `as_chat` may be given."""
        return int(self.do("share", chat=chat, user=user, what=what, **more)["message_id"])

    def rename(self, chat: int, title: str) -> None:
        self.do("rename", chat=chat, title=title)

    def topic(self, chat: int, thread: int, *, closed: bool = True) -> None:
        self.do("topic", chat=chat, thread=thread, closed=closed)

    def rank(self, chat: int, user: str, status: str) -> None:
        """What a person is in a group: creator, administrator, member."""
        self.do("rank", chat=chat, user=user, status=status)

    def edit(self, chat: int, message_id: int, text: str) -> None:
        self.do("edit", chat=chat, message_id=message_id, text=text)

    def react(self, chat: int, message_id: int, user: str, *emoji: str) -> None:
        """A person has these emoji on a message now; none takes them off."""
        self.do("react", chat=chat, message_id=message_id, user=user, emoji=list(emoji))

    def delete(self, chat: int, message_id: int) -> None:
        self.do("delete", chat=chat, message_id=message_id)

    def migrate(self, chat: int) -> int:
        return int(self.do("migrate", chat=chat)["id"])

    def revoke(self, bot: str) -> None:
        self.do("revoke", bot=bot)

    def limits(self, *, on: bool) -> None:
        self.do("limits", on=on)

    def posted(self, chat: int | None = None, *, by_bots: bool | None = None) -> list[dict[str, Any]]:
        """What was really posted, oldest first."""
        return [
            said
            for said in self.see("log")["posted"]
            if chat in (None, said["chat"]) and by_bots in (None, said["is_bot"])
        ]

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """Every call that arrived, whatever became of it."""
        return [call for call in self.see("log")["calls"] if method in ("", call["method"])]

    def chat(self, chat: int) -> dict[str, Any]:
        return next(one for one in self.see("state")["chats"] if one["id"] == chat)

    def person(self, name: str) -> int:
        """The number of a person's account."""
        return int(next(one["id"] for one in self.see("state")["people"] if one["name"] == name))

    def bot(self, username: str) -> dict[str, Any]:
        return next(one for one in self.see("state")["bots"] if one["username"] == username)


class OpenAIFake(Fake):
    def __init__(self) -> None:
        super().__init__("tests.fakes.openai_server")
        self.address = f"{self.root}/v1"

    def add_model(self, name: str, *, context: int = 8192, refuses: tuple[str, ...] = ()) -> None:
        """`refuses` names parameters that this model does not take, as some of the real ones do."""
        self.do("model", name=name, context=context, refuses=list(refuses))

    def keys(self, *keys: str) -> None:
        """From now on only these keys are known."""
        self.do("keys", keys=list(keys))

    def script(self, *answers: str | dict[str, Any]) -> None:
        """The next answers: texts, or objects with `text`, `finish`, `refusal`, `choices` or `model`."""
        self.do("script", answers=list(answers))

    def latency(self, seconds: float) -> None:
        self.do("latency", seconds=seconds)

    def quota(self, **limits: Any) -> None:
        """Strict limits from now on: the fields of tests/fakes/openai/quota.py."""
        self.do("quota", **limits)

    def crowd(self) -> int:
        """The most requests that were ever under way together."""
        return int(self.see("log")["crowd"])

    def refused(self) -> int:
        """Requests that came against a limit."""
        return sum(request["fault"] == "quota" for request in self.requests())

    def requests(self, call: str = "chat/completions") -> list[dict[str, Any]]:
        """Every request that arrived: `body`, `key`, `status`, `fault`."""
        return [request for request in self.see("log")["requests"] if call in ("", request["call"])]


class FeedFake(Fake):
    """Its host has to stand in OUTBOUND_ALLOW, as any private one that people type."""

    def __init__(self) -> None:
        super().__init__("tests.fakes.feed_server")

    def publish(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        content_type: str = "text/xml",
        status: int = 200,
        headers: dict[str, str] | None = None,
        marks: bool = True,
    ) -> str:
        """Put a page up, with ETag and Last-Modified if `marks`. Its address."""
        raw = body.encode() if isinstance(body, str) else body
        page = {"path": path, "body": base64.b64encode(raw).decode(), "type": content_type, "status": status}
        modified = "Tue, 24 Nov 2026 09:00:00 GMT"
        self.do("publish", **page, headers=headers or {}, marks=marks, modified=modified)
        return f"{self.root}{path}"

    def requests(self, path: str = "") -> list[dict[str, Any]]:
        """Every request that arrived: `path`, `query`, `headers`."""
        return [request for request in self.see("log")["requests"] if path in ("", request["path"])]


def eventually(check: Any, *, seconds: float = 10) -> Any:
    """The first truthy value of `check()`; fails when none comes. For what another process does in its own time."""
    end = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
    return value
