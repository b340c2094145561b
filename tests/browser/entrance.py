"""The first sign-in of a newcomer in a real browser, with the set-up of the second factor."""

from django.conf import settings
from django.test import override_settings
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from monitoring.grants import Role
from tests import staff


def come_in(page: Page) -> None:
    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS[1:]):  # the web process knows the real ones
        staff.account("zeynep", Role.ADMIN)
    page.goto("/admin/")
    page.locator("[name=username]").fill("zeynep")
    page.locator("[name=password]").fill(staff.PASSWORD)
    page.locator("#login-form button").click()
    page.locator("[name=otp_token]").fill(staff.code(TOTPDevice.objects.get()))
    page.locator("[value=confirm]").click()
    expect(page.locator(".door-codes li")).to_have_count(10)
    page.locator("a.button.main").click()
