"""The examples of docs/api.md do what the guide says, in the order in which they stand there, against a server."""

import json
import os
import re
import shutil
import subprocess
from datetime import timedelta

import pytest

from bots.models import Bot
from config.embedded.state import CLONE
from conversations.models import Chat, Engine
from monitoring.api import keys
from monitoring.models import ApiKey
from tests import staff, stagehands

pytestmark = pytest.mark.commits
EXAMPLES = re.findall(r"^```sh\n(.*?)^```", (CLONE / "docs" / "api.md").read_text(encoding="utf-8"), re.M | re.S)


def test_the_examples_of_the_guide_do_what_it_says(near: str, committed: None) -> None:
    assert shutil.which("curl"), "This test needs curl."
    bot = stagehands.troupe(1)[0]
    Engine.objects.update(running=True)
    user = staff.equipped()
    _key, secret = keys.make("kılavuz", list(ApiKey.Scope), by=user, good_for=timedelta(days=1))
    known = {**os.environ, "KULIS": f"{near}/api/v1", "KEY": secret, "BOT": str(bot.pk)}
    script = "set -e\n" + "\n".join(EXAMPLES).replace("curl -sS ", "curl -sS -w '\\n' ")
    ran = subprocess.run(["sh", "-c", script], env=known, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    status, bots, turns, series, room, stopped, sheet, stance, problem = told
    assert (status["running"], stopped["running"]) == (True, False)
    assert [one["username"] for one in bots["results"]] == [bot.username]
    assert (turns["results"], len(series["hours"]) > 20) == ([], True)
    assert Chat.objects.get().title == room["title"] == "Deneme odası"
    assert Bot.objects.get().persona.tone == sheet["tone"] == "sakin, biraz alaycı"
    assert stance["topic"] == "Altın"
    assert (problem["type"], problem["errors"][0]["field"]) == ("urn:kulis:problem:malformed", "colour")
