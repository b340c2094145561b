"""The pages of the studio: what was typed is checked, saved, refused with both versions, compared, given to others."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from pytest_django import DjangoAssertNumQueries

from bots import roster
from bots.models import Bot, Memory, Version
from bots.studio import casting, facts, keep
from monitoring.grants import Role
from monitoring.studio import page
from monitoring.studio.sheet import Sheet
from tests import staff, stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db


@pytest.fixture
def bot(db: None) -> Bot:
    return roster.enrol(stagehands.sheet(memories=()), by="tests")


@pytest.fixture
def desk() -> Client:
    return staff.at_the_desk(Role.OPERATOR)


def at(name: str, bot: Bot, *more: int) -> str:
    return reverse(name, args=[bot.pk, *more])


def typed(bot: Bot, **changes: Any) -> dict[str, Any]:
    """What a browser would send back of the page as it is now, with some of it changed."""
    bot = Bot.objects.get(pk=bot.pk)
    seen = keep.look(bot)
    sheet = Sheet(seen.facts)
    sent: dict[str, Any] = {"seen": page.sealed(bot, seen), "reason": ""}
    for form in (sheet.traits, sheet.hours):
        sent |= {field.html_name: field.value() for field in form}
    for rows in sheet.rows.values():
        sent |= {field.html_name: field.value() for field in rows.management_form}
        sent |= {field.html_name: field.value() for row in rows.forms for field in row}
    plain = {n: "\n".join(v) if isinstance(v, list) and n != "awake" else v for n, v in sent.items()}
    return {name: value for name, value in (plain | changes).items() if value is not None and value is not False}


def now(bot: Bot) -> facts.Facts:
    return facts.of(Bot.objects.get(pk=bot.pk))


def test_a_page_sent_back_as_it_came_changes_nothing(desk: Client, bot: Bot) -> None:
    roster.revise(bot, by="tests", energy=0.123456, watchlist=["thyao"])
    before = now(bot)
    assert desk.post(at("studio", bot), typed(bot)).status_code == 302
    assert now(bot) == before
    assert not Version.objects.exclude(kind="found").exists()


def test_what_is_typed_in_every_part_is_saved_with_its_reason(desk: Client, bot: Bot) -> None:
    more = {
        "phrases": "sabır da bir pozisyondur\n\n  acele etme ",
        "energy": "0.9",
        "pace": "2",
        "awake": [f"{day}-{hour}" for day in range(5) for hour in range(9, 18)],
        "exact_days": "32", "exact_from": "10:15", "exact_to": "12:45",
        "stance-0-text": "Artık kararsızım.",
        "stance-1-topic": "Dolar", "stance-1-text": "Uzağım.", "stance-1-confidence": "0.4",
        "holding-0-DELETE": "on",
        "memory-0-kind": "routine", "memory-0-text": "Sabahları  yürürüm.", "memory-0-importance": "0.7",
        "reason": "Yaz geldi.",
    }  # fmt: skip
    assert desk.post(at("studio", bot), typed(bot, **more)).status_code == 302
    after = now(bot)
    assert after["phrases"] == ["sabır da bir pozisyondur", "acele etme"]
    assert after["hours"] == ["1-5 09:00-18:00", "6 10:15-12:45"]
    assert (
        after.items()
        >= {"energy": 0.9, "pace": 2.0, "memory:Sabahları yürürüm.": {"kind": "routine", "importance": 0.7}}.items()
    )
    assert (after["stance:BIST"]["text"], after["stance:Dolar"]["confidence"]) == ("Artık kararsızım.", 0.4)
    assert not list(facts.rows(after, "holding"))
    version = keep.newest_of(bot)
    assert version is not None
    assert (version.author_name, version.reason) == ("zeynep", "Yaz geldi.")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"energy": "7"}, "energy"),
    ({"wpm": "5"}, "wpm"),
    ({"risk": "reckless"}, "risk"),
    ({"emoji": "x" * 20}, "emoji"),
    ({"short_weight": "0", "medium_weight": "0", "long_weight": "0"}, "short_weight"),
    ({"awake": []}, "awake"),
    ({"exact_from": "09:00"}, "exact_to"),
    ({"exact_from": "09:00", "exact_to": "09:00"}, "exact_to"),
    ({"stance-1-topic": "BIST", "stance-1-text": "Bir daha.", "stance-1-confidence": "0.4"}, "stance-1-topic"),
    ({"holding-0-size": "-3"}, "holding-0-size"),
    ({"memory-0-text": "Eksik.", "memory-0-kind": "", "memory-0-importance": "0.5"}, "memory-0-kind"),
]


def test_what_is_wrong_is_said_beside_its_field(bot: Bot) -> None:
    base, plain = keep.look(bot).facts, typed(bot)
    for wrong, field in WRONG:
        sheet = Sheet(base, QueryDict(urlencode(plain | wrong, doseq=True)))
        assert not sheet.is_valid(), wrong
        assert {entry.name for entry in sheet.entries if entry.field.errors} == {field}, wrong


def test_it_is_said_while_it_is_typed_and_nothing_wrong_is_saved(desk: Client, bot: Bot) -> None:
    before, sent = now(bot), typed(bot, name="", wpm="5")
    checked = desk.post(at("studio-check", bot), sent)
    refused = desk.post(at("studio", bot), sent)
    assert (checked.status_code, checked.context["valid"], refused.status_code) == (200, False, 422)
    for answer in (checked, refused):
        for field in ("name", "wpm"):
            assert f'id="note-{field}"><p class="bad">' in answer.content.decode()
    assert {tab.name: tab.faults for tab in checked.context["tabs"] if tab.faults} == {"persona": 2}
    assert now(bot) == before


def test_what_the_guard_would_stop_is_said_and_may_be_saved(desk: Client, bot: Bot) -> None:
    sent = typed(bot, phrases="Garanti kazanç burada", watchlist="THYAO\nYOKBU")
    checked = desk.post(at("studio-check", bot), sent).content.decode()
    assert "Garanti kazanç burada" in checked
    assert "YOKBU" in checked
    assert desk.post(at("studio", bot), sent).status_code == 302
    assert now(bot)["phrases"] == ["Garanti kazanç burada"]


def test_the_check_tells_what_saving_would_change_and_who_was_faster(desk: Client, bot: Bot) -> None:
    sent = typed(bot, tone="neşeli")
    assert [change.key for change in desk.post(at("studio-check", bot), sent).context["changes"]] == ["tone"]
    seen = keep.look(bot)
    keep.save(bot, seen.facts | {"hint": "Başka biri."}, seen=seen, by="ayse")
    assert "ayse" in desk.post(at("studio-check", bot), sent).content.decode()


def test_two_at_one_page_see_both_versions_and_lose_nothing(desk: Client, bot: Bot) -> None:
    sent = typed(bot, tone="neşeli", style_note="Kısa yazar.")
    seen = keep.look(bot)
    keep.save(bot, seen.facts | {"tone": "ciddi", "hint": "Başka biri."}, seen=seen, by="ayse", reason="Öyle daha iyi.")
    theirs = now(bot)
    refused = desk.post(at("studio", bot), sent)
    assert refused.status_code == 409
    assert now(bot) == theirs
    told = {place.key: (place.mine, place.theirs, place.clash) for place in refused.context["conflict"].places}
    assert told == {"tone": ("neşeli", "ciddi", True), "hint": (seen.facts["hint"], "Başka biri.", False)}
    told_page = refused.content.decode()
    assert "Öyle daha iyi." in told_page
    assert "Kısa yazar." in told_page
    again = {**sent, "seen": refused.context["seen"], "hint": "Başka biri.", "theirs": ["tone"]}
    assert desk.post(at("studio", bot), again).status_code == 302
    assert now(bot) == theirs | {"style_note": "Kısa yazar."}


def test_a_page_that_this_studio_did_not_send_is_refused_with_what_was_typed(desk: Client, bot: Bot) -> None:
    other = roster.enrol(stagehands.sheet("Tolga", memories=()), by="tests")
    for seen in ("x:y:z", typed(other)["seen"]):
        refused = desk.post(at("studio", bot), typed(bot, tone="neşeli", seen=seen))
        assert refused.status_code == 422
        assert "neşeli" in refused.content.decode()
        assert now(bot)["tone"] == "sakin"


def test_it_is_tried_with_what_was_typed_and_a_failure_is_told(
    desk: Client, bot: Bot, openai_server: OpenAIFake
) -> None:
    scene = {"try-talk": "Deniz: Borsada sabretmeye değer mi?\nBen de merak ediyorum.", "try-topic": "BIST"}
    sent = typed(bot, tone="neşeli") | scene
    failed = desk.post(at("studio-try", bot), sent)
    assert failed.status_code == 422
    assert "neşeli" in failed.content.decode()
    assert failed.context["trouble"]
    stagehands.provider(openai_server.address)
    openai_server.script("Bence acele etmeden izlemek iyi.")
    heard = desk.post(at("studio-try", bot), sent, headers={"HX-Request": "true"}).content.decode()
    assert "Bence acele etmeden izlemek iyi." in heard
    assert "Tonun: neşeli" in heard
    wrong = desk.post(at("studio-try", bot), {**sent, "name": ""}, headers={"HX-Request": "true"})
    assert wrong.context["trouble"]
    assert len(openai_server.requests()) == 1
    assert now(bot)["tone"] == "sakin"


def test_two_versions_are_compared_word_by_word_and_one_is_restored(desk: Client, bot: Bot) -> None:
    desk.post(at("studio", bot), typed(bot, hint="Temettüyle yaşayan kurgusal bir karakter.", reason="Bir."))
    desk.post(at("studio", bot), typed(bot, tone="neşeli", reason="İki."))
    shown = desk.get(at("versions", bot) + "?from=1&to=3")
    assert "<del>geçinen</del><ins>yaşayan</ins>" in shown.content.decode()
    assert [one.key for one in shown.context["differences"]] == ["hint", "tone"]
    assert desk.get(at("versions", bot) + "?from=x&to=99").status_code == 200
    stale = {"seen": shown.context["seen"], "reason": "Geri."}
    assert desk.post(at("restore", bot, 1), stale).status_code == 302
    assert (now(bot)["tone"], keep.look(bot).number) == ("sakin", 4)
    desk.post(at("restore", bot, 3), stale)
    assert keep.look(bot).number == 4


def test_a_bot_is_duplicated_or_the_reason_is_told(desk: Client, bot: Bot) -> None:
    assert desk.get(at("duplicate", bot)).status_code == 200
    for username in (bot.username, "x"):
        assert desk.post(at("duplicate", bot), {"name": "İkinci", "username": username}).status_code == 422
    answer = desk.post(at("duplicate", bot), {"name": "İkinci", "username": "ikinci_bot"})
    assert answer.headers["Location"] == at("studio", Bot.objects.get(username="ikinci_bot"))


def test_two_bots_stand_side_by_side(desk: Client, bot: Bot) -> None:
    other = roster.enrol(stagehands.sheet("Tolga", memories=()), by="tests")
    both = f"{reverse('compare')}?bot={bot.pk}&bot={other.pk}"
    shown = desk.get(both)
    assert [(row.left, row.right) for row in shown.context["rows"]] == [("Nermin", "Tolga")]
    assert len(desk.get(f"{both}&all=1").context["rows"]) > 20
    assert desk.get(f"{reverse('compare')}?bot=x&bot={bot.pk}").context["rows"] == []


def test_a_fragment_is_given_to_many_after_a_look_and_each_tells_what_became_of_it(desk: Client, bot: Bot) -> None:
    others = [roster.enrol(stagehands.sheet(name, memories=()), by="tests") for name in ("Tolga", "Sevgi", "Kerem")]
    roster.revise(bot, by="tests", style_note="Kısa yazar.")
    roster.revise(others[2], by="tests", style_note="Kısa yazar.")
    answer = desk.post(at("cut", bot), {"kind": "style", "name": "Kısa"})
    address = answer.headers["Location"]
    assert desk.get(address, {"bot": others[0].pk}).context["chosen"] == {others[0].pk}
    seen = desk.post(address, {"bot": [one.pk for one in others]}).context
    assert [len(differences) for _one, differences in seen["previews"]] == [1, 1, 0]
    casting.give(casting.cut(bot, kind="pace", name="Tempo", by="ayse"), others[1], number=0, by="ayse", reason="")
    keep.present(others[1])
    wanted = [*(f"{one.pk}:0" for one in others[:2]), "424242:0", "x", f"{others[2].pk}:0"]
    given = desk.post(address, {"confirmed": "yes", "bot": wanted}).context["given"]
    assert [one.done for one in given] == [True, False, True]
    assert [now(one)["style_note"] for one in others] == ["Kısa yazar.", "", "Kısa yazar."]
    assert desk.post(f"{address}delete/").status_code == 302
    assert desk.post(at("cut", bot), {"kind": "nonsense", "name": "x"}, follow=True).context["messages"]


def test_who_may_only_look_changes_nothing_and_who_may_not_sees_nothing(desk: Client, bot: Bot) -> None:
    analyst, auditor = staff.at_the_desk(Role.ANALYST, "ali"), staff.at_the_desk(Role.AUDITOR, "aysel")
    fragment = casting.cut(bot, kind="style", name="Kısa", by="tests")
    keep.present(bot)
    sent, reads = typed(bot, tone="neşeli"), [reverse("personas"), reverse("compare"), reverse("fragments")]
    reads += [at("studio", bot), at("versions", bot), reverse("fragment", args=[fragment.pk])]
    writes = [at(name, bot) for name in ("studio", "studio-check", "studio-try", "duplicate", "cut")]
    writes += [at("restore", bot, 1), reverse("fragment-drop", args=[fragment.pk]), reads[-1]]
    assert {analyst.get(address).status_code for address in reads} == {200}
    assert 'id="save"' not in analyst.get(reads[3]).content.decode()
    assert {analyst.post(address, sent).status_code for address in writes} == {403}
    assert {auditor.get(address).status_code for address in reads} == {403}
    assert {Client().get(address).status_code for address in reads} == {302}
    assert now(bot)["tone"] == "sakin"


def test_the_list_finds_by_turkish_letters_in_as_many_queries_as_ever(
    desk: Client, bot: Bot, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("Işıl", "Tolga"):
        roster.enrol(stagehands.sheet(name, memories=()), by="tests")
    with django_assert_max_num_queries(16):
        found = desk.get(reverse("personas"), {"q": "IŞIL"}).context["listed"]
    assert [one.name for one in found] == ["Işıl"]
    with django_assert_max_num_queries(30):
        desk.get(at("studio", bot))


def test_the_newest_of_what_was_learned_is_shown_and_the_rest_is_a_click_away(
    desk: Client, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "LEARNED", 2)
    for number in range(3):
        text = f"Deniz {number}. kez sordu."
        Memory.objects.create(bot=bot, kind="past_event", text=text, embedding=[1.0] * 512, message_id=number + 1)
    shown = desk.get(at("studio", bot)).content.decode()
    assert ["Deniz 0." in shown, "Deniz 1." in shown, "Deniz 2." in shown] == [False, True, True]
    assert "Daha eski 1 anı" in shown
