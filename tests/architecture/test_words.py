"""What must not stand in any file, and what every variable of the environment needs."""

import re

from config.embedded.state import CLONE
from tests.architecture import source
from tests.test_house import tracked

SECRETS = {
    "a bot token": r"\b\d{6,12}:[A-Za-z0-9_-]{30,}",
    "a provider key": r"\bsk-[A-Za-z0-9_-]{16,}",
    "a private key": "-----BEGIN [A-Z ]*PRIVATE" + " KEY",
    "an access key": r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-\w{10,})",
}
INVENTED = re.compile(r"abcdef|zyxwv|kanarya|canary|yepyeni|AAAAA|FAKE|0123456789|1234567890", re.IGNORECASE)
"""What is made up for a test looks made up."""
FOREIGN = {"NO_COLOR"}
"""Read because others set it."""
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")  # these very words


def texts() -> dict[str, str]:
    kept = (path for path in tracked() if path.suffix not in {".mo", ".png", ".webp", ".woff2", ".ico"})
    return {source.name(path): path.read_text(encoding="utf-8", errors="replace") for path in kept}


def test_no_secret_stands_in_any_file() -> None:
    found = [
        (name, what)
        for name, text in texts().items()
        for what, pattern in SECRETS.items()
        for secret in re.findall(pattern, text)
        if not (name.startswith("tests/") and INVENTED.search(secret))
    ]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    mine = source.name(CLONE / "tests" / "architecture" / "test_words.py")
    assert [name for name, text in texts().items() if UNFINISHED.search(text) and name != mine] == []


def explained() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", (CLONE / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))


def read() -> set[str]:
    asked = re.compile(r"""(?:env\.\w+|environ\.get|getenv)\(\s*"([A-Z_]+)"|environ\["([A-Z_]+)"\](?!\s*=)""")
    sources = (path.read_text(encoding="utf-8") for path in source.modules())
    return {first or second for text in sources for first, second in asked.findall(text)}


def test_every_variable_that_is_read_is_explained_and_the_other_way_round() -> None:
    assert read() - FOREIGN == explained()
