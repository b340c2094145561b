"""Saving a bot as a whole: each save a version, nothing overwritten unseen, copies and fragments for others."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bots import roster
from bots.exchange import writing
from bots.models import AuditEntry, Bot, Fragment, Memory, Origin, Persona, Version
from bots.models.mind import EMBEDDING_SIZE
from bots.studio import casting, facts, keep
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def bot() -> Bot:
    return roster.enrol(stagehands.sheet(memories=()), by="tests")


def saved(bot: Bot, **changes: Any) -> Version:
    seen, reason = keep.look(Bot.objects.get(pk=bot.pk)), changes.pop("reason", "")
    version = keep.save(bot, seen.facts | changes, seen=seen, by="ayse", reason=reason)
    assert version is not None
    return version


def now(bot: Bot) -> facts.Facts:
    return facts.of(Bot.objects.get(pk=bot.pk))


def test_the_first_save_keeps_how_it_was_and_how_it_is(bot: Bot) -> None:
    before = now(bot)
    version = saved(bot, tone="neşeli", pace=2.0, hours=["1-5 09:00-18:00"], reason="Yaz geldi.")
    first, second = Version.objects.filter(bot=bot).order_by("number")
    assert (first.kind, first.number, first.facts) == ("found", 1, before)
    assert (second, second.number, second.author_name, second.reason) == (version, 2, "ayse", "Yaz geldi.")
    assert second.facts == now(bot) == before | {"tone": "neşeli", "pace": 2.0, "hours": ["1-5 09:00-18:00"]}


def test_every_kind_of_change_is_written_and_audited_with_its_reason(bot: Bot) -> None:
    old = bot.stances.get()
    more = {
        "stance:Dolar": facts.stance("Uzağım.", 0.5),
        "holding:GARAN": {"average_price": "61.2", "size": "10", "note": "Eskiden."},
        "memory:Sabahları yürürüm.": {"kind": "routine", "importance": 0.7},
        "stance:BIST": facts.stance("Artık kararsızım.", 0.3),
    }
    saved(bot, name="Nermin Abla", latency=12.0, reason="Deneme.", **more)
    old.refresh_from_db()
    assert (old.text, old.confidence) == ("Artık kararsızım.", 0.3)
    assert len(Memory.objects.get(bot=bot).embedding) == 512
    assert now(bot).items() >= more.items()
    bot.refresh_from_db()
    assert (bot.persona.version, bot.latency) == (2, 12.0)
    left = AuditEntry.objects.filter(reason="Deneme.", actor_name="ayse").values_list("action", flat=True)
    assert set(left) == {"persona.revise", "bot.adjust", "bot.mind"}


def test_nothing_new_is_no_version(bot: Bot) -> None:
    saved(bot, tone="neşeli")
    seen = keep.look(Bot.objects.get(pk=bot.pk))
    assert keep.save(bot, dict(seen.facts), seen=seen, by="ayse") is None
    assert Version.objects.filter(bot=bot).count() == 2


def test_what_somebody_changed_meanwhile_is_not_overwritten(bot: Bot) -> None:
    seen = keep.look(bot)
    theirs = saved(bot, tone="ciddi")
    with pytest.raises(keep.Overtaken) as refused:
        keep.save(bot, seen.facts | {"tone": "neşeli"}, seen=seen, by="ayse")
    assert (refused.value.version, refused.value.now.facts["tone"]) == (theirs, "ciddi")
    assert now(bot)["tone"] == "ciddi"


def test_what_was_changed_through_another_door_is_not_overwritten_and_becomes_a_version(bot: Bot) -> None:
    saved(bot, tone="ciddi")
    seen = keep.look(Bot.objects.get(pk=bot.pk))
    roster.adjust(Bot.objects.get(pk=bot.pk), by="tests", pace=3.0)
    with pytest.raises(keep.Overtaken) as refused:
        keep.save(bot, seen.facts | {"tone": "neşeli"}, seen=seen, by="ayse")
    assert refused.value.version is None
    saved(bot, tone="neşeli")
    assert list(Version.objects.filter(bot=bot).order_by("number").values_list("kind", flat=True)) == [
        "found", "saved", "found", "saved",
    ]  # fmt: skip


def test_what_may_not_be_leaves_everything_as_it_was(bot: Bot) -> None:
    seen = keep.look(bot)
    wrong = seen.facts | {"tone": "neşeli", "holding:GARAN": {"average_price": "0", "size": "1", "note": ""}}
    with pytest.raises(ValidationError):
        keep.save(bot, wrong, seen=seen, by="ayse")
    assert (now(bot), Version.objects.count(), Persona.objects.count()) == (seen.facts, 0, 1)


def test_a_version_is_restored_and_that_is_a_version_too(bot: Bot) -> None:
    before = now(bot)
    saved(bot, tone="neşeli", **{"stance:Dolar": facts.stance("Uzağım.", 0.5)})
    learned = Memory.objects.create(
        bot=bot, kind="past_event", text="Deniz sormuştu.", embedding=[1.0] * 512, message_id=7
    )
    first = Version.objects.get(bot=bot, number=1)
    kept = keep.restore(first, seen=keep.look(Bot.objects.get(pk=bot.pk)), by="ayse", reason="Eskisi iyiydi.")
    assert kept is not None
    assert (kept.number, kept.kind, kept.restores, kept.reason) == (3, "restored", 1, "Eskisi iyiydi.")
    assert now(bot) == before
    assert Memory.objects.filter(pk=learned.pk).exists()
    assert not any("Deniz" in str(version.facts) for version in Version.objects.all())


def test_a_copy_has_all_that_people_wrote_and_nothing_else(bot: Bot) -> None:
    Origin.objects.create(bot=bot, format="eliza", document={"plugins": ["x"]}, sha256="0" * 64)
    Memory.objects.create(bot=bot, kind="past_event", text="Deniz sormuştu.", embedding=[1.0] * 512, message_id=7)
    saved(bot, latency=20.0, hours=["6-7 10:00-14:00"])
    made = casting.duplicate(Bot.objects.get(pk=bot.pk), username="ikinci_bot", name="İkinci", by="ayse")
    assert now(made) == now(bot) | {"name": "İkinci"}
    assert (made.token, made.persona.lineage == bot.persona.lineage) == ("", False)
    assert Origin.objects.get(bot=made).document == {"plugins": ["x"]}
    with pytest.raises(ValidationError):
        casting.duplicate(Bot.objects.get(pk=bot.pk), username="ikinci_bot", name="Üçüncü", by="ayse")


def test_a_fragment_is_a_part_of_a_version_and_changes_nothing_else_in_others(bot: Bot) -> None:
    other = roster.enrol(stagehands.sheet("Tolga", memories=()), by="tests")
    saved(bot, style_note="Kısa yazar.", formality=0.9, tone="ciddi")
    fragment = casting.cut(bot, kind="style", name="  Kısa   ve öz ", by="ayse")
    saved(bot, style_note="Uzun yazar.")
    before, seen = now(other), casting.preview(fragment, other)
    assert [change.key for change in seen.changes] == ["style_note", "formality"]
    version = casting.give(fragment, other, number=seen.seen.number, by="ayse", reason="")
    assert version is not None
    assert (version.kind, version.reason) == ("fragment", "Kısa ve öz")
    assert now(other) == before | {"style_note": "Kısa yazar.", "formality": 0.9}
    with pytest.raises(keep.Overtaken):
        casting.give(fragment, other, number=0, by="ayse", reason="")
    with pytest.raises(ValidationError):
        casting.cut(bot, kind="style", name="Kısa ve öz", by="ayse")
    casting.drop(fragment, by="ayse")
    assert not Fragment.objects.exists()
    assert now(other)["style_note"] == "Kısa yazar."


def test_what_a_version_holds_is_what_an_export_writes(bot: Bot) -> None:
    saved(bot, hours=["1-5 09:00-18:00", "6-7 11:00-01:00"])
    (sheet,) = writing.sheets([bot.username])
    assert casting.sheet(now(bot), username=bot.username) == sheet


def test_what_it_has_learned_already_is_not_overwritten_by_the_same_words(bot: Bot) -> None:
    heard = Memory.objects.create(
        bot=bot, text="Deniz altın seviyor.", message_id=7, importance=0.25, embedding=[0.0] * EMBEDDING_SIZE
    )
    with pytest.raises(ValidationError, match="Deniz altın seviyor"):
        saved(bot, **{"memory:Deniz altın seviyor.": facts.memory("semantic", 0.9)})
    heard.refresh_from_db()
    assert heard.importance == 0.25
