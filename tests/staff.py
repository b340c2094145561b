"""People of the house for tests: accounts with a role and a second factor, and browsers in which they are signed in."""

import time

from django.contrib.auth.models import User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from monitoring import people, second_factor
from monitoring.grants import Role

PASSWORD = "perde-arkasinda-cay-icelim"


def account(name: str = "zeynep", role: Role = Role.ADMIN) -> User:
    """Somebody who has a password and no second factor yet."""
    return people.admit(name, password=PASSWORD, role=role, by="tests")


def equipped(name: str = "zeynep", role: Role = Role.ADMIN) -> User:
    user = account(name, role)
    second_factor.issue(user, by="tests")
    return user


def browser(user: User, *, fresh: bool = True) -> Client:
    """Signed in, with the second factor shown when there is one: just now, or long ago."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if device := second_factor.app(user):
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session["proved-at"] = time.time() if fresh else 0
        session.save()
    return client


def at_the_desk(role: Role = Role.ADMIN, name: str = "zeynep") -> Client:
    return browser(equipped(name, role))


def code(device: TOTPDevice, *, ahead: int = 0) -> str:
    """What the authenticator app shows now, or `ahead` half-minutes later."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = totp.time + ahead * device.step
    return f"{totp.token():0{device.digits}d}"
