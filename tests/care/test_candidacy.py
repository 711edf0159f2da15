"""Candidacy: two answers block, the rest asks for two people, and what nobody knows is never a no."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import around, blocks, rules

from thecal.care.candidacy import CONCERNS, RULES, judge_candidacy
from thecal.care.candidate import CandidacyCase, Epilepsy, Fusion, is_severe
from thecal.care.titration import Origin
from thecal.findings import Severity, worst

NO = ("baclofen_allergy", "active_infection", "brain_injury", "coagulopathy", "breathing_risk", "malnutrition",
      "psychosis", "dysreflexia", "kidneys_impaired", "pregnant", "other_device", "relies_on_tone", "one_region",
      "shunt", "seizures", "abdominal_surgery")  # fmt: skip
YES = ("goals_realistic", "refills_committed", "oral_failed", "interferes", "arms", "legs")
CLEAR = CandidacyCase(
    age_years=40,
    weight_g=60_000,
    origin=Origin.SPINAL,
    fusion=Fusion.NONE,
    epilepsy=Epilepsy.NONE,
    groups_at_4=4,
    penn_frequency=3,
    **dict.fromkeys(NO, False),
    **dict.fromkeys(YES, True),
)
MAYBE = st.none() | st.booleans()
CASES = st.builds(
    CandidacyCase,
    age_years=st.none() | st.integers(0, 100),
    weight_g=st.none() | st.integers(1_000, 150_000),
    origin=st.none() | st.sampled_from(Origin),
    brain_injury_days_ago=st.none() | st.integers(0, 4_000),
    fusion=st.none() | st.sampled_from(Fusion),
    epilepsy=st.none() | st.sampled_from(Epilepsy),
    groups_at_4=st.none() | st.integers(0, 20),
    penn_frequency=st.none() | st.integers(0, 4),
    **dict.fromkeys((*NO, *YES), MAYBE),
)
TWO_PEOPLE = [
    ("coagulopathy", True, "coagulopathy"), ("breathing_risk", True, "breathing"),
    ("malnutrition", True, "malnutrition"),
    ("psychosis", True, "psychosis"), ("dysreflexia", True, "dysreflexia"), ("kidneys_impaired", True, "kidneys"),
    ("pregnant", True, "pregnancy"), ("other_device", True, "other_device"), ("goals_realistic", False, "goals"),
    ("refills_committed", False, "refills"), ("relies_on_tone", True, "relies_on_tone"),
    ("oral_failed", False, "oral_first"), ("fusion", Fusion.PLANNED, "fusion"), ("fusion", Fusion.DONE, "fusion"),
    ("epilepsy", Epilepsy.CONTROLLED, "epilepsy"), ("epilepsy", Epilepsy.UNCONTROLLED, "epilepsy"),
    ("age_years", 3, "age"), ("weight_g", 11_000, "body_size"),
]  # fmt: skip


def but(name: str, value: Any, case: CandidacyCase = CLEAR) -> CandidacyCase:
    """The clear case with one answer changed."""
    return replace(case, **{name: value})


def asked(case: CandidacyCase) -> Severity:
    """The most that a case asks for; a note where it asks for nothing."""
    return worst(judge_candidacy(case)) or Severity.NOTE


def test_who_has_nothing_against_it_asks_for_nobody() -> None:
    """A clear case has no finding at all."""
    assert judge_candidacy(CLEAR) == []


def test_only_allergy_and_active_infection_can_block() -> None:
    """No other rule of this step is a block, whatever it finds."""
    assert [rule.name for rule in RULES if rule.severity is Severity.BLOCK] == [
        "candidacy.allergy", "candidacy.infection",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rule"), [("baclofen_allergy", "candidacy.allergy"), ("active_infection", "candidacy.infection")]
)
def test_allergy_and_infection_block_and_an_unknown_one_asks_for_two(name: str, rule: str) -> None:
    """Yes blocks, no is silent, unknown is not no."""
    assert rules(judge_candidacy(but(name, True))) == [rule]
    assert blocks(judge_candidacy(but(name, True)))
    assert rules(judge_candidacy(but(name, None))) == ["candidacy.unknown"]
    assert asked(but(name, None)) is Severity.TWO_PEOPLE


@given(CASES)
def test_it_blocks_exactly_where_there_is_allergy_or_infection(case: CandidacyCase) -> None:
    """Whatever else is the matter."""
    assert blocks(judge_candidacy(case)) is bool(case.baclofen_allergy or case.active_infection)


@pytest.mark.parametrize(("name", "value", "rule"), TWO_PEOPLE)
def test_what_has_harmed_patients_asks_for_two_people(name: str, value: Any, rule: str) -> None:
    """Each one alone, and it names itself."""
    (finding,) = judge_candidacy(but(name, value))
    assert finding.rule == f"candidacy.{rule}"
    assert finding.severity is Severity.TWO_PEOPLE


@pytest.mark.parametrize("name", sorted({"brain_injury", *(name for name, _, _ in TWO_PEOPLE)} - {"weight_g"}))
def test_what_nobody_knows_asks_for_two_people_too(name: str) -> None:
    """Leaving an answer out is never easier than the answer that asks for a second person."""
    found = judge_candidacy(but(name, None))
    assert [(finding.rule, finding.field) for finding in found] == [("candidacy.unknown", name)]
    assert asked(but(name, None)) is Severity.TWO_PEOPLE


@given(CASES, st.sampled_from([field.name for field in fields(CandidacyCase)]))
def test_knowing_less_never_asks_for_less_than_two_people_but_for_a_block(case: CandidacyCase, name: str) -> None:
    """Striking out an answer leaves a case that asked for two people at two people at least."""
    if asked(case) is Severity.TWO_PEOPLE:
        assert asked(but(name, None, case)) >= Severity.TWO_PEOPLE


@pytest.mark.parametrize("years", [0, 1, 2, 3, 4, 5, 17, 18, 90])
def test_under_four_years_two_people_weigh_it(years: int) -> None:
    """The label begins at four."""
    assert rules(judge_candidacy(but("age_years", years))) == (["candidacy.age"] if years < 4 else [])


@pytest.mark.parametrize("grams", around(11_300))
def test_under_eleven_kilograms_and_three_hundred_grams_two_people_weigh_it(grams: int) -> None:
    """One implanter's figure: it asks, and never blocks."""
    found = judge_candidacy(but("weight_g", grams))
    assert rules(found) == (["candidacy.body_size"] if grams < 11_300 else [])
    assert not blocks(found)


@pytest.mark.parametrize("years", [None, 4, 17, 18, 60])
def test_a_child_s_weight_must_be_known(years: int | None) -> None:
    """And that of somebody whose age is not known; an adult's decides nothing."""
    said = " ".join(finding.says for finding in judge_candidacy(replace(CLEAR, age_years=years, weight_g=None)))
    assert ("weight" in said) is (years is None or years < 18)


@pytest.mark.parametrize("days", [0, 1, 180, 362, 363, 364, 365, 366, 367, 400, 4_000, None])
def test_a_brain_injury_of_less_than_a_year_asks_for_two(days: int | None) -> None:
    """At 365 days the year is over; a date that nobody knows is not over."""
    found = judge_candidacy(replace(CLEAR, brain_injury=True, brain_injury_days_ago=days))
    assert rules(found) == (["candidacy.brain_injury"] if days is None or days < 365 else [])
    assert all(("of unknown date" if days is None else f"{days} days ago") in finding.says for finding in found)


def test_a_planned_fusion_comes_after_the_pump() -> None:
    """The remedy says which goes first."""
    assert "first" in judge_candidacy(but("fusion", Fusion.PLANNED))[0].remedy


@pytest.mark.parametrize("origin", [None, *Origin])
def test_drugs_by_mouth_come_first_where_the_origin_is_not_known_to_be_cerebral(origin: Origin | None) -> None:
    """The label says so of the spine; of the brain a reason is enough."""
    (finding, *_) = judge_candidacy(replace(CLEAR, origin=origin, oral_failed=False))
    assert finding.rule == "candidacy.oral_first"
    assert finding.severity is (Severity.REASON if origin is Origin.CEREBRAL else Severity.TWO_PEOPLE)


@pytest.mark.parametrize("groups", [None, 0, 1, 2, 3, 12])
@pytest.mark.parametrize("penn", [None, 0, 1, 2, 3, 4])
def test_severity_is_two_groups_at_four_or_penn_three(groups: int | None, penn: int | None) -> None:
    """One of both is enough; both must be known to be below before it counts as mild."""
    reached = (groups is not None and groups >= 2) or (penn is not None and penn >= 3)
    expected = True if reached else None if groups is None or penn is None else False
    case = replace(CLEAR, groups_at_4=groups, penn_frequency=penn)
    assert is_severe(case) is expected
    told = {True: [], False: ["candidacy.mild"], None: ["candidacy.strength_unknown"]}[expected]
    assert rules(judge_candidacy(case)) == told


@pytest.mark.parametrize("name", ["shunt", "seizures", "abdominal_surgery"])
def test_shunt_seizures_and_earlier_surgery_are_said_to_be_no_reason(name: str) -> None:
    """A note that says so, and nothing more."""
    (finding,) = judge_candidacy(but(name, True))
    assert (finding.rule, finding.severity) == ("candidacy.no_obstacle", Severity.NOTE)
    assert judge_candidacy(but(name, None)) == []


def test_every_answer_that_asks_for_something_is_asked_for() -> None:
    """Each concern's field is a field of the case, and no two ask the same."""
    names = [each.field for each in CONCERNS]
    assert len(names) == len(set(names))
    assert set(names) <= {field.name for field in fields(CandidacyCase)}


@pytest.mark.parametrize(
    ("name", "value"),
    [("age_years", -1), ("weight_g", 0), ("groups_at_4", -1), ("penn_frequency", 5), ("brain_injury_days_ago", -1)],
)
def test_what_nobody_can_be_is_no_case(name: str, value: int) -> None:
    """A slip of the file is not judged."""
    with pytest.raises(AssertionError):
        but(name, value)


@pytest.mark.parametrize("name", ["one_region", "interferes"])
def test_what_could_only_speak_for_a_pump_asks_for_a_reason_where_it_is_not_known(name: str) -> None:
    """Nobody is harmed by it: one person writes down why it is open."""
    (finding,) = judge_candidacy(but(name, None))
    assert (finding.rule, finding.severity) == ("candidacy.strength_unknown", Severity.REASON)
