import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from bots import roster
from bots.models import Bot
from conversations.models import Chat, Rules
from tests.bots import people
from tests.bots.exchange import irregular
from tests.conversations.exchange import predecessor
from tests.fakes.handles import TelegramFake

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("cast", *words, stdout=out)
    return out.getvalue()


def refused(*words: str) -> tuple[str, str]:
    """What a failing command printed, and its last line."""
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("cast", *words, stdout=out)
    assert error.value.returncode == 1
    return out.getvalue(), str(error.value)


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.fixture
def paper(tmp_path: Path) -> Any:
    def write(data: Any, name: str = "cast.json") -> str:
        path = tmp_path / name
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return str(path)

    return write


def test_an_import_tells_every_repair_under_its_entry_and_writes(paper: Any) -> None:
    told = run("import", paper(irregular.CAST))
    assert "2 · Ömer Fırtına\n" in told
    assert "repaired  active_hours: is one text in the file; it is split into a list.\n" in told
    assert "“kaçırmayın” is left out: it promises a gain or pushes people." in told
    assert told.endswith("Written.\n")
    assert Bot.objects.count() == 5


@pytest.mark.parametrize("data", [irregular.CAST, predecessor.SETUP])
def test_a_dry_run_shows_the_same_and_changes_no_row(paper: Any, data: Any) -> None:
    before = rows()
    told = run("import", paper(data), "--dry-run")
    assert "@hatice_sabirli" in told
    assert told.endswith("Nothing was written.\n")
    assert rows() == before


def test_one_refusal_and_nothing_is_written(paper: Any) -> None:
    before = rows()
    broken = irregular.REGULAR | {"username": "baska_biri", "stances": [{"topic": "Altın"}]}
    told, line = refused("import", paper({"bots": [irregular.REGULAR, broken]}))
    assert "REFUSED" in told
    assert "stances 1 · stance_text: is missing." in told
    assert line.startswith("Nothing was written.")
    assert rows() == before


def test_a_program_reads_the_same_as_json(paper: Any) -> None:
    answer = json.loads(run("import", paper(predecessor.SETUP), "--json", "--dry-run"))
    assert (answer["written"], answer["dry_run"], answer["format"]) == (False, True, "predecessor-setup")
    assert [bot["username"] for bot in answer["bots"]] == ["hatice_sabirli", "isimsiz_kahraman"]
    assert answer["chat"]["telegram_id"] == -1009876543210
    assert answer["rules"]["scale"] == "1.5"
    assert answer["counts"]["refusal"] == 0
    assert {"verdict": "note", "entry": "", "field": "settings · simulation_active",
            "text": "is not obeyed: a person starts the engine."} in answer["remarks"]  # fmt: skip


def test_a_refusal_is_json_too(paper: Any) -> None:
    run("import", paper(irregular.CAST))
    told, _ = refused("import", paper(irregular.CAST), "--json")
    answer = json.loads(told)
    assert (answer["written"], answer["counts"]["refusal"]) == (False, 5)


def test_importing_again_changes_nothing_when_known_bots_are_skipped(paper: Any) -> None:
    run("import", paper(irregular.CAST))
    before = rows()
    run("import", paper(irregular.CAST), "--skip-existing")
    assert rows() == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"{}", b"\x00\x81\x8d", b'{"format": "kulis-cast", "version": 9, "bots": []}']
)
def test_a_file_that_is_no_cast_gives_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    told, line = refused("import", str(path))
    assert told == ""
    assert line.startswith(str(path))
    assert "\n" not in line


def test_a_file_that_is_not_there_gives_one_line(tmp_path: Path) -> None:
    _, line = refused("import", str(tmp_path / "nowhere.json"))
    assert line.endswith("No such file or directory.")


def test_a_cast_comes_from_standard_input_too(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO(json.dumps(irregular.CAST).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
    run("import", "-")
    assert Bot.objects.count() == 5


def test_an_export_read_into_an_empty_system_exports_the_same(paper: Any, tmp_path: Path) -> None:
    run("import", paper(irregular.CAST))
    roster.enrol(people.NERMIN, by="test")
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    run("export", str(first))
    Bot.objects.all().delete()
    told = run("import", str(first))
    assert "0 repairs" in told
    run("export", str(second))
    assert json.loads(first.read_text()) == json.loads(second.read_text())


def test_an_export_holds_no_token_and_no_retired_bot(tmp_path: Path) -> None:
    token = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"
    roster.enrol(people.named("konusan_bot", token=token), by="test")
    roster.retire(roster.enrol(people.named("emekli_bot"), by="test"), by="test")
    text = run("export", "-")
    assert [bot["username"] for bot in json.loads(text)["bots"]] == ["konusan_bot"]
    assert "token" not in text
    assert token not in text


def test_an_export_to_nowhere_leaves_nothing_behind(tmp_path: Path) -> None:
    _, line = refused("export", str(tmp_path / "missing" / "cast.json"))
    assert "No such file" in line
    assert list(tmp_path.iterdir()) == []


def test_an_export_takes_as_many_queries_for_many_bots(tmp_path: Path, django_assert_num_queries: Any) -> None:
    roster.enrol_all([people.named(f"cok_{n}_bot") for n in range(8)], by="test")
    with django_assert_num_queries(5):
        run("export", "-")


@pytest.fixture
def telegram(telegram_server: TelegramFake, settings: LazySettings) -> TelegramFake:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    return telegram_server


def test_pasted_tokens_tell_the_fate_of_each_line(telegram: TelegramFake, tmp_path: Path) -> None:
    roster.enrol_all([people.named("birinci_bot"), people.named("ikinci_bot")], by="test")
    path = tmp_path / "tokens.txt"
    path.write_text(
        f"{telegram.add_bot('birinci_bot')}\nbozuk satır\n{telegram.add_bot('yepyeni_bot')}\n", encoding="utf-8"
    )
    told, line = refused("tokens", str(path))
    assert told.splitlines() == [
        "   1  ✓  @birinci_bot works.",
        "   2  ✗  is no token, nor a username and its token.",
        "   3  ✓  @yepyeni_bot works; @ikinci_bot is now @yepyeni_bot.",
    ]
    assert line == "1 line was not taken."
    assert set(Bot.objects.values_list("token_state", flat=True)) == {"healthy"}


def test_a_dead_token_is_replaced_and_a_good_one_is_kept(telegram: TelegramFake, tmp_path: Path) -> None:
    dead, well = roster.enrol_all([people.named("olu_bot"), people.named("saglam_bot")], by="test")
    for bot in (dead, well):
        roster.set_token(bot, telegram.add_bot(bot.username), by="test")
    roster.token_refused(dead)
    path = tmp_path / "tokens.txt"
    path.write_text(
        f"saglam_bot {telegram.add_bot('gaspci_bot')}\nolu_bot {telegram.add_bot('dirilen_bot')}\n", encoding="utf-8"
    )
    answer = json.loads(refused("tokens", str(path), "--json")[0])
    assert [line["ok"] for line in answer["tokens"]] == [False, True]
    assert set(Bot.objects.values_list("username", flat=True)) == {"dirilen_bot", "saglam_bot"}


def test_a_file_without_tokens_gives_one_line(tmp_path: Path) -> None:
    path = tmp_path / "tokens.txt"
    path.write_text("# later\n")
    assert refused("tokens", str(path))[1].endswith("there is no token in it.")


def test_a_setup_tells_the_rules_by_the_names_that_people_know(paper: Any) -> None:
    told = run("import", paper(predecessor.SETUP))
    assert "  share of replies: 0.7\n" in told
    assert "🪙 Piyasa Odası (-1009876543210)" in told
    assert Rules.objects.count() == 2
    assert Chat.objects.count() == 1


def test_a_generated_cast_enters_whole_and_the_same_seed_makes_no_second_one() -> None:
    told = run("generate", "12", "--seed", "7")
    assert told.endswith("Written.\n")
    assert Bot.objects.count() == 12
    assert all(bot.memories.count() >= 10 for bot in Bot.objects.all())
    assert "Take another --seed" in refused("generate", "12", "--seed", "7")[1]


def test_a_generated_cast_can_be_looked_at_first() -> None:
    before = rows()
    answer = json.loads(run("generate", "5", "--seed", "7", "--dry-run", "--json"))
    assert (answer["written"], len(answer["bots"])) == (False, 5)
    assert rows() == before


def test_generating_again_around_known_bots_adds_the_others() -> None:
    run("generate", "4", "--seed", "7")
    gone = Bot.objects.order_by("pk")[0]
    name = gone.username
    gone.delete()
    assert f"@{name}" in run("generate", "4", "--seed", "7", "--skip-existing")
    assert Bot.objects.count() == 4


@pytest.mark.parametrize("count", ["0", "201", "-1"])
def test_a_generated_cast_has_its_bounds(count: str) -> None:
    assert refused("generate", count, "--seed", "7")[1] == "A generated cast has 1 to 200 bots."


def test_a_generated_cast_takes_its_tokens_at_once(telegram: TelegramFake, tmp_path: Path) -> None:
    path = tmp_path / "tokens.txt"
    path.write_text("\n".join(telegram.add_bot(f"tokenli_{n}_bot") for n in range(2)))
    told = run("generate", "3", "--seed", "7", "--tokens", str(path))
    assert told.count("✓") == 2
    assert sorted(Bot.objects.values_list("token_state", flat=True)) == ["healthy", "healthy", "missing"]
