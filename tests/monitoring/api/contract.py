"""The running API against its own schema, address by address, with good and bad data: `make api-check`.

Not part of the suite: it takes minutes. EXAMPLES=N chooses how many requests each address gets.
"""

import copy
import json
import os
import secrets
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from conversations.models import Provider
from monitoring.api import house, keys
from monitoring.models import ApiKey
from tests import full_house, staff

pytestmark = pytest.mark.commits
NOT_ASKED = "positive_data_acceptance,ignored_auth"
"""Rules of the house refuse what fits the schema, as a time zone; and every request brings the key. A number that one
address gave another may be gone, so these are not followed either."""


def headers(kind: str) -> list[str]:
    """Of a program with every scope, or of an admin in a browser."""
    user = staff.equipped()
    if kind == "key":
        _row, secret = keys.make("contract", list(ApiKey.Scope), by=user, good_for=timedelta(days=1))
        return ["-H", f"Authorization: Bearer {secret}"]
    browser: Client = staff.browser(user)
    token = secrets.token_hex(16)
    cookies = f"{settings.SESSION_COOKIE_NAME}={browser.cookies['kulis'].value}; {settings.CSRF_COOKIE_NAME}={token}"
    return ["-H", f"Cookie: {cookies}", "-H", f"X-CSRFToken: {token}"]


def told() -> Any:
    """The schema without what it says of cookies and keys: they come with every request, from above."""
    schema = copy.deepcopy(house.schema())
    for methods in schema["paths"].values():
        for operation in methods.values():
            del operation["security"]
    return schema


@pytest.mark.parametrize("kind", ["key", "session"])
def test_the_running_api_keeps_its_word(kind: str, server: str, committed: None, tmp_path: Path) -> None:
    full_house.furnish()
    Provider.objects.update(kind=Provider.Kind.OFFLINE)  # who is asked answers
    mine = headers(kind)
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps(told(), default=str))
    program = Path(sys.executable).with_name("schemathesis")
    asked = [
        str(program), "run", str(schema), "--url", server, *mine, "--exclude-checks", NOT_ASKED,
        "--continue-on-failure",
        "--max-examples", os.environ.get("EXAMPLES") or "30", "--phases", "examples,coverage,fuzzing", "--no-color",
        "--generation-database", "none", "--suppress-health-check", "all",
    ]  # fmt: skip
    assert subprocess.run(asked, cwd=tmp_path, check=False).returncode == 0
