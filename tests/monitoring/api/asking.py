"""How tests ask the API: as somebody at the desk, or with a key."""

import json
from typing import Any

from django.test import Client

ROOT = "/api/v1/"


def get(client: Client, address: str, **headers: str) -> Any:
    return client.get(ROOT + address, headers=_named(headers))


def send(client: Client, verb: str, address: str, body: object = None, **headers: str) -> Any:
    """`If_Match` and `Idempotency_Key` are headers."""
    data = "" if body is None and verb == "delete" else json.dumps({} if body is None else body)
    return getattr(client, verb)(ROOT + address, data, content_type="application/json", headers=_named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
