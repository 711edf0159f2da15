"""Payers' checklists: three answers, each criterion with its source, and unknown is never met."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import MCG, around
from tests.house.test_citations import leads

from thecal.care.payers import CRITERIA, Evidence, Payer, all_of, any_of, check
from thecal.care.titration import Origin
from thecal.sources import OWN_CHOICE, UNREAD
from thecal.units import HOUR_MS

ABSENT = ("brain_injury", "allergy", "infection", "other_device", "athetosis", "dysreflexia", "psychosis",
          "kidneys_failed", "gut_or_liver", "epilepsy_uncontrolled", "deformity")  # fmt: skip
SO = ("severe", "oral_failed", "oral_baclofen_failed", "oral_at_maximum", "botulinum", "one_region", "test_responded",
      "goals_agreed", "refills_committed")  # fmt: skip
GOOD = Evidence(
    origin=Origin.SPINAL,
    age_years=40,
    weight_g=60_000,
    groups_at_4=2,
    penn_frequency=3,
    oral_weeks=6,
    hands_on_weeks=6,
    test_dose_pg=50 * MCG,
    test_drop_tenths=20,
    test_spasm_drop=2,
    test_lasted_ms=4 * HOUR_MS,
    **dict.fromkeys(ABSENT, False),
    **dict.fromkeys(SO, True),
)
ANSWERS: dict[str, Any] = {field.name: getattr(GOOD, field.name) for field in fields(Evidence)}
EVIDENCE = st.builds(
    Evidence, **{name: st.none() | st.just(value) for name, value in ANSWERS.items() if name != "brain_injury_days_ago"}
)


def but(**changed: Any) -> Evidence:
    """The good evidence with some answers changed."""
    return replace(GOOD, **changed)


def answer(payer: Payer, words: str, evidence: Evidence) -> bool | None:
    """The one criterion of a payer that has these words in it."""
    (found,) = (each for each in check(payer, evidence) if words in each.criterion.asks)
    return found.met


@pytest.mark.parametrize("payer", Payer)
def test_good_evidence_meets_every_criterion_and_none_meets_none(payer: Payer) -> None:
    """What is there is met; of what is unknown nothing is, and nothing is refused either."""
    assert {each.met for each in check(payer, GOOD)} == {True}
    assert {each.met for each in check(payer, Evidence())} == {None}


@pytest.mark.parametrize("payer", Payer)
def test_every_criterion_can_be_followed_and_reads_what_there_is(payer: Payer) -> None:
    """A source, a grade that is no better than it, and fields of the evidence; third-party summaries are assumed."""
    names = {field.name for field in fields(Evidence)}
    for each in CRITERIA[payer]:
        assert leads(each.source)
        assert (each.grade == "assumed") is each.source.startswith((UNREAD, OWN_CHOICE))
        assert set(each.fields) <= names
        if "verity" in each.source:
            assert "third-party summary" in each.source
            assert each.grade == "assumed"


@pytest.mark.parametrize("payer", Payer)
def test_a_criterion_depends_on_the_entries_that_it_names(payer: Payer) -> None:
    """Striking out all of them leaves it unknown, and nothing else can."""
    for criterion in CRITERIA[payer]:
        struck: dict[str, Any] = dict.fromkeys(criterion.fields)
        kept: dict[str, Any] = {name: ANSWERS[name] for name in criterion.fields}
        assert criterion.met(but(**struck)) is None, criterion.asks
        assert criterion.met(replace(Evidence(), **kept)) is True, criterion.asks


@given(EVIDENCE, st.sampled_from(sorted(ANSWERS)), st.sampled_from(Payer))
def test_knowing_less_never_settles_a_criterion(evidence: Evidence, name: str, payer: Payer) -> None:
    """Striking out an entry turns met into met or unknown, and never into not met."""
    less = replace(evidence, **{name: None})
    for before, after in zip(check(payer, evidence), check(payer, less), strict=True):
        assert after.met in {before.met, None}


@pytest.mark.parametrize("weeks", range(13))
def test_six_weeks_are_tried(weeks: int) -> None:
    """Medicare and Aetna ask for six; five are not met."""
    for payer in (Payer.MEDICARE, Payer.AETNA):
        assert answer(payer, "Six weeks", but(oral_weeks=weeks)) is (weeks >= 6)
    assert answer(Payer.EVICORE, "Six weeks", but(oral_weeks=weeks, severe=False)) is (weeks >= 6)
    assert answer(Payer.EVICORE, "Six weeks", but(hands_on_weeks=weeks, severe=False)) is (weeks >= 6)
    assert answer(Payer.EVICORE, "Six weeks", but(oral_weeks=weeks, severe=True)) is True


@pytest.mark.parametrize("dose_pg", around(100 * MCG))
def test_aetna_pays_after_a_single_dose_of_at_most_100_mcg(dose_pg: int) -> None:
    """And none for who did not respond."""
    assert answer(Payer.AETNA, "100 mcg", but(test_dose_pg=dose_pg)) is (dose_pg <= 100 * MCG)
    assert answer(Payer.AETNA, "100 mcg", but(test_dose_pg=dose_pg, test_responded=False)) is False


@pytest.mark.parametrize("tenths", [0, 9, 10, 11, 18, 19, 20, 21, 22, 30])
@pytest.mark.parametrize("origin", [None, *Origin])
def test_louisiana_asks_two_points_of_the_spine_and_one_of_the_brain(origin: Origin | None, tenths: int) -> None:
    """Where the origin is not known, only what settles both settles it."""
    spinal, cerebral = tenths >= 20, tenths >= 10
    expected = {Origin.SPINAL: spinal, Origin.CEREBRAL: cerebral, None: True if spinal else None if cerebral else False}
    found = answer(Payer.LOUISIANA_MEDICAID, "Ashworth", but(origin=origin, test_drop_tenths=tenths))
    assert found is expected[origin]


@pytest.mark.parametrize("tenths", [18, 19, 20, 21])
@pytest.mark.parametrize("spasms", [0, 1, 2, 3])
@pytest.mark.parametrize("lasted_ms", around(4 * HOUR_MS))
def test_evicore_asks_two_points_for_four_hours(tenths: int, spasms: int, lasted_ms: int) -> None:
    """In Ashworth or in spasms."""
    evidence = but(test_drop_tenths=tenths, test_spasm_drop=spasms, test_lasted_ms=lasted_ms)
    expected = (tenths >= 20 or spasms >= 2) and lasted_ms >= 4 * HOUR_MS
    assert answer(Payer.EVICORE, "Two points", evidence) is expected


@pytest.mark.parametrize("days", [None, 0, 363, 364, 365, 366, 2_000])
@pytest.mark.parametrize("injured", [None, False, True])
def test_louisiana_waits_a_year_after_a_brain_injury(injured: bool | None, days: int | None) -> None:
    """No injury is met; an injury of unknown date is unknown."""
    evidence = but(brain_injury=injured, brain_injury_days_ago=days)
    old = None if days is None else days >= 365
    expected = True if injured is False else None if injured is None else old
    assert answer(Payer.LOUISIANA_MEDICAID, "brain within a year", evidence) is expected


@pytest.mark.parametrize("years", [0, 3, 4, 5, 80])
def test_louisiana_begins_at_four_years(years: int) -> None:
    """At four it is met."""
    assert answer(Payer.LOUISIANA_MEDICAID, "Four years", but(age_years=years)) is (years >= 4)


@pytest.mark.parametrize("grams", around(11_300))
def test_the_body_is_large_enough_from_the_assumed_weight(grams: int) -> None:
    """Payers name no number; ours is the one that candidacy uses."""
    for payer in (Payer.MEDICARE, Payer.AETNA, Payer.LOUISIANA_MEDICAID):
        assert answer(payer, "large enough", but(weight_g=grams)) is (grams >= 11_300)


@pytest.mark.parametrize(("groups", "penn"), [(1, 2), (2, 2), (1, 3), (2, 3)])
def test_england_asks_two_groups_at_four_or_penn_three(groups: int, penn: int) -> None:
    """One of both."""
    expected = groups >= 2 or penn >= 3
    assert answer(Payer.ENGLAND, "Ashworth 4", but(groups_at_4=groups, penn_frequency=penn)) is expected


@pytest.mark.parametrize("name", ABSENT)
def test_what_must_be_absent_is_not_met_where_it_is_there(name: str) -> None:
    """For every payer that asks for it; some payer does."""
    asked = [each for payer in Payer for each in CRITERIA[payer] if name in each.fields]
    assert asked
    present: dict[str, Any] = {name: True, "brain_injury_days_ago": 10}
    assert {each.met(but(**present)) for each in asked} == {False}


def test_three_valued_and_or() -> None:
    """A false settles the one and a true the other; otherwise an unknown leaves both open."""
    values = (True, False, None)
    for one in values:
        for two in values:
            assert all_of(one, two) is (False if False in {one, two} else None if None in {one, two} else True)
            opposite = {True: False, False: True, None: None}
            assert any_of(one, two) is opposite[all_of(opposite[one], opposite[two])]
