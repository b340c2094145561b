"""A real Chromium in front of a real Daphne, as the guest of a demo. Every page must be quiet on its console."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from config.embedded import ports
from config.embedded.state import CLONE
from monitoring import entry

NEEDED = "These tests need Chromium: apt-get install -y chromium fonts-noto-color-emoji"
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module. Playwright's loop ends with it, so tests after it are in no loop again."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert binary, NEEDED
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[str]:
    """The address of a web process that works on the test database."""
    port = ports.any_free()
    address = f"http://localhost:{port}"
    there = connection.settings_dict
    database = f"postgresql://{there['USER']}:{there['PASSWORD']}@{there['HOST']}:{there['PORT']}/{there['NAME']}"
    environment = {**os.environ, "DATABASE_URL": database, "DEMO": "1", "PUBLIC_URL": address}
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0", "config.asgi:application"]
    with subprocess.Popen(command, cwd=CLONE, env=environment) as process:
        try:
            _wait_for(f"{address}/livez", process)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    with httpx.Client(transport=httpx.HTTPTransport(retries=50), timeout=PATIENCE_SECONDS) as client:
        while process.poll() is None:
            try:
                assert client.get(address).status_code == 200
            except httpx.ConnectError:
                continue
            return
    pytest.fail("The web process did not start.")


@pytest.fixture
def page(chromium: Browser, site: str, committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The guest's browser, signed in. What it complains about fails the test."""
    # Playwright's loop runs in this thread, so Django takes our own queries for queries inside it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    context = chromium.new_context(base_url=site, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.extend(_complaint(message)))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(_way_in(site))
    yield opened
    context.close()
    assert complaints == []


def _complaint(message: ConsoleMessage) -> list[str]:
    """A form that was refused with its reason is no fault of the page; Chromium notes it all the same."""
    refused = "status of 422" in message.text
    return [message.text] if message.type in {"error", "warning"} and not refused else []


def _way_in(site: str) -> str:
    with override_settings(DEMO=True):
        return entry.mint(site)
