"""The environment, read once and typed. Every variable is listed in `.env.example`.

A wrong value ends the start with one line that names the variable, what it holds and what it should hold.
"""

import base64
import os
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host
from environs import Env, EnvError

from config.embedded import state

BASE_DIR = Path(__file__).resolve().parent.parent

_env = Env()
_env.read_env(str(BASE_DIR / ".env"), recurse=False)
# What the embedded stack settled, so that a second shell finds it; the environment and .env win.
for _name, _value in state.settings_of(state.place()).items():
    os.environ[_name] = os.environ.get(_name) or _value


def refuse(name: str, problem: str) -> NoReturn:
    raise ImproperlyConfigured(f"{name}: {problem} See .env.example.")


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "") or default
    if value is None:
        refuse(
            name, "is not set, and there is no safe default. `make run` sets everything up here; is STATE_DIR right?"
        )
    return value


def secret(name: str, *, shortest: int) -> str:
    value = text(name)
    if len(value) < shortest:
        refuse(name, f"has {len(value)} characters; it should be a long random text of at least {shortest}.")
    return value


def keys(name: str) -> list[str]:
    """NAME:BASE64-OF-32-BYTES, separated by commas; the first one is current."""
    text(name)
    entries = names(name)
    if not entries:
        refuse(name, "holds no key; it should read NAME:BASE64-OF-32-BYTES.")
    labels = [entry.partition(":")[0] for entry in entries]
    if twice := next((label for label in labels if labels.count(label) > 1), ""):
        refuse(name, f"holds two keys named {twice!r}. Each needs a name of its own.")
    for entry in entries:
        label, _, body = entry.partition(":")
        try:
            raw = base64.urlsafe_b64decode(body)
        except ValueError:
            raw = b""
        if not label or "." in label or len(raw) != 32:
            refuse(name, f"holds {label or 'an entry without a name'!r}, which should read NAME:BASE64-OF-32-BYTES.")
    return entries


def flag(name: str, *, default: bool = False) -> bool:
    if not os.environ.get(name):
        return default
    try:
        return bool(_env.bool(name))
    except EnvError:
        refuse(name, f"is {os.environ[name]!r}; it should be 1 or 0.")


def number(name: str, default: int, *, low: int, high: int) -> int:
    if not os.environ.get(name):
        return default
    try:
        value = int(_env.int(name))
    except EnvError:
        refuse(name, f"is {os.environ[name]!r}; it should be a whole number.")
    if not low <= value <= high:
        refuse(name, f"is {value}; it should lie between {low} and {high}.")
    return value


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in options:
        refuse(name, f"is {value!r}; it should be one of {', '.join(options)}.")
    return value


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def hosts(name: str) -> list[str]:
    """Names of hosts, separated by commas: no addresses, which would never be found equal to one."""
    entries = names(name)
    if wrong := next((entry for entry in entries if "/" in entry), ""):
        refuse(name, f"holds {wrong!r}, which should be the name of a host alone: {urlsplit(wrong).hostname or '...'}.")
    return entries


def hosts_with(name: str, needed: str) -> list[str]:
    """`hosts`, and refused when the one that is needed does not fit any of them. Empty when nothing was given."""
    entries = hosts(name)
    if entries and not validate_host(f"[{needed}]" if ":" in needed else needed, entries):
        refuse(name, f"does not hold {needed!r}, the host of PUBLIC_URL, so no page would answer there.")
    return entries


def url(name: str, default: str | None = None, *, schemes: tuple[str, ...]) -> str:
    value = text(name, default)
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        refuse(name, "is not an address that can be read.")
    if parts.scheme not in schemes or not (parts.hostname or parts.path):
        refuse(name, f"should start with {' or '.join(s + '://' for s in schemes)}.")
    return value.rstrip("/")


def mail(name: str) -> tuple[str, int, str, str, bool, bool]:
    """Host, port, user, password, STARTTLS, TLS from the start, of smtp://USER:PASSWORD@HOST:587. No host: no mail."""
    if not os.environ.get(name):
        return "", 0, "", "", False, False
    address = url(name, schemes=("smtp", "smtps", "smtp+plain"))
    parts = urlsplit(address)
    if not parts.hostname:
        refuse(name, "names no host.")
    secure = parts.scheme == "smtps"
    port = parts.port or (465 if secure else 587)
    user, password = (unquote(part or "") for part in (parts.username, parts.password))
    return parts.hostname, port, user, password, parts.scheme == "smtp", secure


def is_loopback(address: str) -> bool:
    return (urlsplit(address).hostname or "") in {"localhost", "127.0.0.1", "::1"}
