"""A passkey, made and used in a real Chromium with an authenticator of its own."""

import pytest
from django.conf import settings
from django.test import override_settings
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from monitoring import passkeys
from tests import staff

pytestmark = [pytest.mark.commits, pytest.mark.browser]

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_is_added_and_opens_the_door_instead_of_a_code(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS[1:]):  # the web process knows the real ones
        user = staff.account("zeynep")
    page.context.clear_cookies()
    _show_password(page)
    page.locator("[name=otp_token]").fill(staff.code(TOTPDevice.objects.get()))
    page.locator("[value=confirm]").click()
    page.locator("a.button.main").click()
    page.goto("/account/second-factor/")
    page.locator(".passkey button").click()
    expect(page.locator(".door-list li")).to_have_count(1)
    page.context.clear_cookies()
    _show_password(page)
    page.locator(".passkey button").click()
    expect(page.locator("#user-tools")).to_be_visible()
    assert passkeys.of(user).get().last_used_at is not None


def _show_password(page: Page) -> None:
    page.goto("/admin/")
    page.locator("[name=username]").fill("zeynep")
    page.locator("[name=password]").fill(staff.PASSWORD)
    page.locator("#login-form button").click()
