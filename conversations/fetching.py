"""Reading what somebody else publishes: one GET with an end in time and size, past no address that is not public."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import httpx
from django.utils.translation import gettext as _

from bots import deadline, outbound
from conversations import pool

SECONDS = 15.0
MOST_BYTES = 3 * deadline.MEGABYTE
MOST_HOPS = 4
LONGEST_REST = timedelta(hours=6)


class Unreachable(Exception):
    """Nothing usable came; the text is a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Document:
    status: int
    body: bytes
    content_type: str
    address: str
    """Where it was found in the end."""
    etag: str
    modified: str

    @property
    def is_unchanged(self) -> bool:
        return self.status == httpx.codes.NOT_MODIFIED


def get(address: str, *, headers: dict[str, str] | None = None, secret: str = "", seconds: float = SECONDS) -> Document:
    """The document at `address`. `secret` goes as a bearer token to that host alone. Raises Unreachable."""
    pool.give_back()
    try:
        with deadline.until(time.monotonic() + seconds, room=MOST_BYTES):
            response = _followed(address, headers or {}, secret)
    except outbound.Blocked as blocked:
        raise Unreachable(str(blocked)) from None
    except httpx.TransportError as error:
        raise Unreachable(_("It does not answer: %(why)s.") % {"why": str(error).rstrip(".")}) from None
    except (httpx.InvalidURL, ValueError):
        raise Unreachable(_("This is no address that can be read.")) from None
    return _document(response)


def again(now: datetime, minutes: int, failures: int) -> datetime:
    """When to look next: as often as wished, and after each failure twice as late, up to some hours."""
    wished = timedelta(minutes=minutes)
    doubled: timedelta = wished * 2 ** min(failures, 12)
    return now + max(wished, min(doubled, LONGEST_REST))


def _followed(address: str, headers: dict[str, str], secret: str) -> httpx.Response:
    """Each hop is judged like the first one. A client of its own: no connection outlives one look."""
    home = urlsplit(address)[:2]
    with httpx.Client(transport=deadline.Transport(outbound.reach), headers=_ours(), trust_env=False) as client:
        for _hop in range(MOST_HOPS + 1):
            outbound.check(address)
            keyed = {"authorization": f"Bearer {secret}"} if secret and urlsplit(address)[:2] == home else {}
            response = client.get(address, headers=headers | keyed)
            if not response.has_redirect_location:
                return response
            address = urljoin(address, response.headers["location"])
    raise Unreachable(_("It sends us on more than %(count)s times.") % {"count": MOST_HOPS})


def _ours() -> dict[str, str]:
    return {"accept-encoding": "identity", "user-agent": "kulis"}


def _document(response: httpx.Response) -> Document:
    if response.status_code not in (httpx.codes.OK, httpx.codes.NOT_MODIFIED):
        raise Unreachable(_("It answers with %(status)s.") % {"status": response.status_code})
    headers = response.headers
    return Document(
        status=response.status_code,
        body=response.content,
        content_type=headers.get("content-type", ""),
        address=str(response.url),
        etag=headers.get("etag", ""),
        modified=headers.get("last-modified", ""),
    )
