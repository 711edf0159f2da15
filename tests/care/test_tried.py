"""What was tried: maxima in print, six weeks, side effects by name, and baclofen that is never stopped at once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import around, rules

from thecal.care.oral_drugs import Drug, published_maxima, show_oral_dose
from thecal.care.tried import (
    Effect,
    Ended,
    OralCase,
    OtherCase,
    failed,
    judge_oral,
    judge_other,
    reached_maximum,
)
from thecal.findings import Finding, Severity, Urgency, worst
from thecal.units import PG_PER_MCG, PG_PER_MG

SIDE_EFFECTS = ("drowsiness", "dizziness", "weakness", "nausea", "headache")
WELL = OralCase(
    drug=Drug.TIZANIDINE,
    dose_pg_per_day=20 * PG_PER_MG,
    age_years=40,
    weeks=12,
    effect=Effect.TOO_LITTLE,
    drowsiness=True,
    dizziness=False,
    weakness=False,
    nausea=False,
    headache=False,
    unbearable=False,
    ended=Ended.TAPERED,
    days_since_end=100,
)
ALL_DONE = OtherCase(stretching=True, exercise=True, rehabilitation=True, one_region=False, botulinum=False)
MAYBE = st.none() | st.booleans()
CASES = st.builds(
    OralCase,
    drug=st.none() | st.sampled_from(Drug),
    dose_pg_per_day=st.none() | st.integers(0, 1_000 * PG_PER_MG),
    age_years=st.none() | st.integers(0, 100),
    weeks=st.none() | st.integers(0, 500),
    effect=st.none() | st.sampled_from(Effect),
    drowsiness=MAYBE,
    dizziness=MAYBE,
    weakness=MAYBE,
    nausea=MAYBE,
    headache=MAYBE,
    unbearable=MAYBE,
    ended=st.none() | st.sampled_from(Ended),
    days_since_end=st.none() | st.integers(0, 4_000),
)


def but(name: str, value: Any) -> OralCase:
    """The good case with one answer changed."""
    return replace(WELL, **{name: value})


def one(found: list[Finding], rule: str) -> Finding:
    """The one finding of a rule."""
    (finding,) = (each for each in found if each.rule == rule)
    return finding


@given(CASES)
def test_writing_down_what_was_taken_asks_for_a_reason_at_most(case: OralCase) -> None:
    """Nothing that happened is refused."""
    assert (worst(judge_oral(case)) or Severity.NOTE) <= Severity.REASON


@pytest.mark.parametrize(
    ("drug", "age_years", "most_mg"),
    [
        (Drug.BACLOFEN, 18, 80), (Drug.BACLOFEN, 60, 80), (Drug.BACLOFEN, 17, 60), (Drug.BACLOFEN, 8, 60),
        (Drug.BACLOFEN, 7, 40), (Drug.BACLOFEN, 2, 40), (Drug.BACLOFEN, None, 40), (Drug.TIZANIDINE, 40, 24),
        (Drug.TIZANIDINE, None, 24), (Drug.DANTROLENE, 40, 400), (Drug.DIAZEPAM, 40, 60),
    ],
)  # fmt: skip
def test_a_dose_above_what_is_in_print_is_read_again(drug: Drug, age_years: int | None, most_mg: int) -> None:
    """At the maximum nothing is said; a microgram more and it is."""
    for dose in around(most_mg * PG_PER_MG, step=PG_PER_MCG):
        case = replace(WELL, drug=drug, age_years=age_years, dose_pg_per_day=dose)
        assert ("tried.above_maximum" in rules(judge_oral(case))) is (dose > most_mg * PG_PER_MG)


@pytest.mark.parametrize("age_years", [None, 40])
def test_an_unknown_age_is_said_beside_a_child_s_maximum(age_years: int | None) -> None:
    """So that nobody wonders why 81 mg are measured by 40."""
    case = replace(WELL, drug=Drug.BACLOFEN, age_years=age_years, dose_pg_per_day=81 * PG_PER_MG)
    says = one(judge_oral(case), "tried.above_maximum").says
    assert ("the age is not known" in says) is (age_years is None)
    assert ("40" in says) is (age_years is None)


def test_both_published_maxima_of_tizanidine_are_named() -> None:
    """Above 24 mg one is passed, above 36 mg both."""
    said = [
        one(judge_oral(replace(WELL, dose_pg_per_day=mg * PG_PER_MG)), "tried.above_maximum").says for mg in (30, 37)
    ]
    assert "24" in said[0]
    assert "36" not in said[0]
    assert "36" in said[1]


def test_what_has_no_maximum_in_print_has_none_here() -> None:
    """No number is made up for the others."""
    for drug in (Drug.GABAPENTIN, Drug.CANNABINOID, Drug.OTHER):
        assert published_maxima(drug, 40) == ()
        assert reached_maximum(replace(WELL, drug=drug)) is None
        assert judge_oral(replace(WELL, drug=drug, dose_pg_per_day=3_600 * PG_PER_MG)) == []


@pytest.mark.parametrize("weeks", range(14))
def test_six_weeks_divide_tried_from_too_short(weeks: int) -> None:
    """Below six weeks the reason is asked for; at six nothing is."""
    assert ("tried.too_short" in rules(judge_oral(replace(WELL, weeks=weeks)))) is (weeks < 6)


def test_a_drug_that_is_still_taken_is_not_too_short() -> None:
    """Its time is not over."""
    assert judge_oral(replace(WELL, weeks=1, ended=Ended.STILL_TAKEN)) == []


@pytest.mark.parametrize("name", SIDE_EFFECTS)
def test_each_side_effect_is_asked_for_by_name(name: str) -> None:
    """An unknown one is named; yes and no are both answers."""
    finding = one(judge_oral(but(name, None)), "tried.side_effects_unknown")
    assert finding.says == f"Not known: {name}."
    assert finding.field == name
    assert judge_oral(but(name, True)) == judge_oral(but(name, False)) == []


@pytest.mark.parametrize("ended", [None, *Ended])
def test_the_danger_of_stopping_stands_beside_every_baclofen(ended: Ended | None) -> None:
    """Taken, tapered, stopped or not known: it is said, and beside no other drug."""
    said = one(judge_oral(replace(WELL, drug=Drug.BACLOFEN, ended=ended)), "tried.never_at_once").says
    assert "Never stop baclofen at once" in said
    assert "tried.never_at_once" not in rules(judge_oral(replace(WELL, ended=ended)))


@pytest.mark.parametrize("days", [*range(12), 365, None])
def test_baclofen_stopped_at_once_in_the_last_days_is_for_today(days: int | None) -> None:
    """Withdrawal begins within four days; a day that nobody knows counts as one of them."""
    case = replace(WELL, drug=Drug.BACLOFEN, ended=Ended.AT_ONCE, days_since_end=days)
    finding = one(judge_oral(case), "tried.stopped_at_once")
    assert (finding.urgency is Urgency.TODAY) is (days is None or days <= 4)
    assert ("emergency" in finding.remedy) is (days is None or days <= 4)


def test_another_drug_stopped_at_once_is_noted_without_alarm() -> None:
    """What followed is asked; no urgency is made up."""
    finding = one(judge_oral(replace(WELL, ended=Ended.AT_ONCE, days_since_end=1)), "tried.stopped_at_once")
    assert finding.urgency is None


@pytest.mark.parametrize("days", [1, 5, None])
def test_a_drug_that_nobody_names_may_have_been_baclofen(days: int | None) -> None:
    """Stopped at once in the last days, it is looked after today."""
    case = replace(WELL, drug=None, ended=Ended.AT_ONCE, days_since_end=days)
    finding = one(judge_oral(case), "tried.stopped_at_once")
    assert (finding.urgency is Urgency.TODAY) is (days != 5)


@pytest.mark.parametrize("name", ["drug", "dose_pg_per_day", "weeks", "effect", "unbearable", "ended"])
def test_what_nobody_knows_is_said(name: str) -> None:
    """Each missing entry is one finding, and fills in no answer."""
    assert rules(judge_oral(but(name, None))) == ["tried.unknown"]


@pytest.mark.parametrize(
    ("effect", "unbearable", "expected"),
    [
        (Effect.ENOUGH, False, False), (Effect.ENOUGH, None, None), (Effect.ENOUGH, True, True),
        (Effect.TOO_LITTLE, None, True), (Effect.NOTHING, False, True), (None, True, True), (None, False, None),
        (None, None, None),
    ],
)  # fmt: skip
def test_failing_takes_one_known_reason_and_not_failing_takes_both_answers(
    effect: Effect | None, unbearable: bool | None, expected: bool | None
) -> None:
    """Too little effect or unbearable side effects; unknown is neither."""
    assert failed(replace(WELL, effect=effect, unbearable=unbearable)) is expected


@pytest.mark.parametrize("mg", [39, 40, 59, 60, 79, 80, 81])
def test_the_maximum_is_reached_at_the_age_s_own_number(mg: int) -> None:
    """Of an unknown age only the least and the greatest can be told."""
    case = replace(WELL, drug=Drug.BACLOFEN, dose_pg_per_day=mg * PG_PER_MG)
    assert reached_maximum(replace(case, age_years=7)) is (mg >= 40)
    assert reached_maximum(replace(case, age_years=8)) is (mg >= 60)
    assert reached_maximum(replace(case, age_years=18)) is (mg >= 80)
    assert reached_maximum(replace(case, age_years=None)) is (True if mg >= 80 else False if mg < 40 else None)
    assert reached_maximum(replace(case, dose_pg_per_day=None)) is None


@given(stretching=MAYBE, exercise=MAYBE, rehabilitation=MAYBE)
def test_hands_on_treatment_is_done_missing_or_unknown(
    stretching: bool | None, exercise: bool | None, rehabilitation: bool | None
) -> None:
    """A no and an unknown are two findings, and neither hides the other."""
    found = rules(judge_other(OtherCase(stretching=stretching, exercise=exercise, rehabilitation=rehabilitation)))
    answers = (stretching, exercise, rehabilitation)
    assert ("tried.hands_on_missing" in found) is (False in answers)
    assert ("tried.hands_on_unknown" in found) is (None in answers)


@pytest.mark.parametrize("botulinum", [None, False, True])
@pytest.mark.parametrize("one_region", [None, False, True])
def test_one_region_asks_for_botulinum_toxin_first(one_region: bool | None, botulinum: bool | None) -> None:
    """Where one region is the problem and the toxin is not known to have been tried."""
    found = judge_other(replace(ALL_DONE, one_region=one_region, botulinum=botulinum))
    assert rules(found) == (["tried.focal"] if one_region and not botulinum else [])


def test_doses_by_mouth_are_shown_in_milligrams() -> None:
    """As they stand on the packet."""
    assert show_oral_dose(2_500_000_000) == "2.5\u00a0mg/day"
    assert show_oral_dose(80 * PG_PER_MG) == "80\u00a0mg/day"


@pytest.mark.parametrize("name", ["dose_pg_per_day", "age_years", "weeks", "days_since_end"])
def test_what_nobody_took_is_no_case(name: str) -> None:
    """Less than nothing is a slip of the file."""
    with pytest.raises(AssertionError):
        but(name, -1)
