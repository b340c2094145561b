"""Two saves of one page, held against each other place by place. Pure."""

from bots.studio import facts

BASE = {"name": "Nermin", "tone": "sakin", "hours": [], "stance:BIST": {"text": "Sabır.", "confidence": 0.8}}


def test_what_changed_is_told_in_the_order_of_the_page() -> None:
    now = {**BASE, "tone": "neşeli", "stance:Dolar": {"text": "Uzak.", "confidence": 0.5}}
    now.pop("stance:BIST")
    told = [(change.key, change.before is None, change.after is None) for change in facts.changes(BASE, now)]
    assert told == [("tone", False, False), ("stance:BIST", False, True), ("stance:Dolar", True, False)]
    assert facts.changes(BASE, dict(BASE)) == ()


def test_what_only_one_has_changed_is_as_that_one_has_it() -> None:
    mine, theirs = {**BASE, "tone": "neşeli"}, {**BASE, "name": "Nermin Abla"}
    theirs.pop("stance:BIST")
    merged = facts.merged(BASE, mine, theirs)
    assert merged.facts == {"name": "Nermin Abla", "tone": "neşeli", "hours": []}
    assert (set(merged.theirs), merged.clashes) == ({"name", "stance:BIST"}, ())


def test_what_both_have_changed_is_a_clash_unless_they_agree() -> None:
    mine = {**BASE, "tone": "neşeli", "name": "Nermin Abla"}
    theirs = {**BASE, "tone": "ciddi", "name": "Nermin Abla"}
    merged = facts.merged(BASE, mine, theirs)
    assert (merged.clashes, merged.theirs, merged.facts["tone"]) == (("tone",), (), "neşeli")


def test_a_row_that_one_took_away_and_the_other_changed_is_a_clash() -> None:
    mine = {place: value for place, value in BASE.items() if place != "stance:BIST"}
    theirs = {**BASE, "stance:BIST": {"text": "Acele.", "confidence": 0.8}}
    merged = facts.merged(BASE, mine, theirs)
    assert merged.clashes == ("stance:BIST",)
    facts.take(merged.facts, "stance:BIST", theirs)
    assert merged.facts == theirs


def test_an_old_version_fits_the_bots_of_today() -> None:
    old = {"name": "Nermin", "gone": 1, "memory:Eski.": {"kind": "routine", "importance": 0.5}}
    assert facts.fitted(old, BASE) == {
        "name": "Nermin", "tone": "sakin", "hours": [], "memory:Eski.": {"kind": "routine", "importance": 0.5},
    }  # fmt: skip
