import base64

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from bots import roster
from config.embedded.refusal import Refused
from config.management.commands import up
from tests.bots.people import named

OTHER = base64.urlsafe_b64encode(b"another key of thirty-two bytes!").decode()


@pytest.mark.django_db
def test_keys_that_do_not_open_what_is_stored_are_refused_before_anything_starts() -> None:
    roster.enrol(named("ayse_bot", token="123456:" + "A" * 35), by="test")
    up.expect_our_keys()
    with (
        override_settings(FIELD_KEYS=[f"k1:{OTHER}"]),
        pytest.raises(Refused, match=r"token of @ayse_bot was sealed with another key named k1\. Put that key back"),
    ):
        up.expect_our_keys()


def test_up_is_started_from_a_shell() -> None:
    with pytest.raises(CommandError, match=r"Start this as `manage\.py up`"):
        call_command("up")
