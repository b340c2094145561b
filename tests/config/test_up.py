import base64

import pytest
from django.core.checks import Tags
from django.core.management import CommandError, call_command
from django.test import override_settings

from bots import roster
from config.embedded.refusal import Refused
from config.management.commands import up
from tests.bots.people import named

OTHER = base64.urlsafe_b64encode(b"another key of thirty-two bytes!").decode()


@pytest.mark.django_db
def test_keys_that_do_not_open_what_is_stored_are_refused_in_one_line() -> None:
    roster.enrol(named("ayse_bot", token="123456:" + "A" * 35), by="test")
    up.expect_order(Tags.database)
    with (
        override_settings(FIELD_KEYS=[f"k1:{OTHER}"]),
        pytest.raises(Refused, match=r"FIELD_KEYS: .* @ayse_bot") as said,
    ):
        up.expect_order(Tags.database)
    assert "\n" not in str(said.value)


def test_a_setting_that_django_finds_wrong_is_refused_in_one_line() -> None:
    with override_settings(STATICFILES_DIRS="static"), pytest.raises(Refused, match="STATICFILES_DIRS"):
        up.expect_order()


def test_up_is_started_from_a_shell() -> None:
    with pytest.raises(CommandError, match=r"Start this as `manage\.py up`"):
        call_command("up")
