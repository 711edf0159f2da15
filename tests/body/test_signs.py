"""Withdrawal in stages, drowsiness and breathing: the order of published events, and words that never reassure."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thecal.body import TARGETS, TWO_POOL, Body, BodyState, Course
from thecal.body.adaptation import Adaptation, Tolerance, integrate, settled
from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.body.response import Responder, respond
from thecal.body.signs import NOT_A_REASSURANCE, Stage, Stages, breathing_risk, drowsiness, stages

DAY_H = 24.0
THREE_WEEKS = np.arange(0.0, 21 * DAY_H + 1.0)
NAIVE, CHRONIC = TWO_POOL.tolerance_naive.value, TWO_POOL.tolerance_chronic.value


@pytest.fixture(scope="module")
def body() -> Body:
    """An adult with the tip at T10."""
    return Body.adult("T10", cell_cm=1.0)


def felt(course: Course) -> Floats:
    """C_e (times, targets)."""
    return np.stack([course.effect_ng_per_ml[target] for target in TARGETS], axis=-1)


def course(body: Body, state: BodyState, rate_mcg_per_h: float, times: Floats) -> Course:
    """One constant rate."""
    return body.course(state, [0.0, times[-1]], [rate_mcg_per_h], times)


def stages_after_stop(body: Body, mcg_per_day: float, days: int) -> Stages:
    """The stage at every hour of three weeks without drug, after so many days at one dose."""
    tolerance, rate = Tolerance.of(), mcg_per_day / DAY_H
    on = np.arange(0.0, days * DAY_H + 1.0, 6.0)
    given_for = integrate(on, felt(course(body, body.rest(), rate, on)), Adaptation.naive(4), tolerance, estimate=False)
    assert given_for.end is not None
    stopped = course(body, body.advance(body.rest(), [0.0, on[-1]], [rate]), 0.0, THREE_WEEKS)
    after = integrate(THREE_WEEKS, felt(stopped), given_for.end, tolerance, estimate=False)
    return stages(after.shortfall)


def reached(staged: Stages, stage: Stage) -> float:
    """The first hour of a stage."""
    assert staged.max() >= stage, f"{stage.name} is reached"
    return float(THREE_WEEKS[np.argmax(staged >= stage)])


@pytest.mark.parametrize("mcg_per_day", [300.0, 450.0, 600.0])
def test_withdrawal_comes_when_the_papers_say(body: Body, mcg_per_day: float) -> None:
    """A year at 300 to 600 mcg/day, then nothing: first signs at 12 to 96 h, severe within three days of them."""
    staged = stages_after_stop(body, mcg_per_day, 365)
    first = reached(staged, Stage.EARLY)
    assert 12.0 <= first <= 96.0
    assert 12.0 <= reached(staged, Stage.SEVERE) - first <= 72.0


def test_withdrawal_ends_by_itself(body: Body) -> None:
    """Three weeks on, nothing is left of it, and it never skipped a stage on the way up or down."""
    staged = stages_after_stop(body, 600.0, 365)
    assert staged[0] == staged[-1] == Stage.NONE
    assert np.abs(np.diff(staged)).max() == 1


def test_the_dose_and_the_years_make_it_worse(body: Body) -> None:
    """The worst stage rises with the dose, and with how long it was given; a year of 900 is grave, a month is not."""
    by_dose = [int(stages_after_stop(body, dose, 365).max()) for dose in (50.0, 150.0, 300.0, 900.0)]
    by_days = [int(stages_after_stop(body, 900.0, days).max()) for days in (1, 30, 365)]
    assert by_dose == sorted(by_dose)
    assert by_days == sorted(by_days)
    assert by_dose[0] == by_days[0] == Stage.NONE
    assert by_dose[-1] == by_days[-1] == Stage.GRAVE
    assert by_days[1] < Stage.GRAVE


def test_a_screening_test_leaves_no_withdrawal(body: Body) -> None:
    """50, 75 and 100 mcg on three days in somebody who never had any, even three times as sensitive as most."""
    state, shortfalls = body.rest(), []
    used_to, tolerance = Adaptation.naive(4), Tolerance.of(sensitivity=3.0)
    for mcg, days in ((50.0, 1), (75.0, 1), (100.0, 10)):
        hours = np.arange(0.0, days * DAY_H + 1.0)
        after = course(body, body.injected(state, mcg), 0.0, hours)
        lived = integrate(hours, felt(after), used_to, tolerance)
        assert lived.end is not None
        state, used_to = body.advance(body.injected(state, mcg), [0.0, hours[-1]], [0.0]), lived.end
        shortfalls.append(lived.shortfall)
    assert stages(np.concatenate(shortfalls)).max() == Stage.NONE


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(0.0, 5_000.0), min_size=2, max_size=9).map(sorted))
def test_rising_drug_is_never_withdrawal(rising: list[float]) -> None:
    """As long as a naive person's drug only rises, no stage is reached: nothing is missing."""
    hours = np.arange(len(rising)) * 12.0
    lived = integrate(hours, np.array(rising)[:, None], Adaptation.naive(1), Tolerance.of(), estimate=False)
    assert stages(lived.shortfall).max() == Stage.NONE


@pytest.mark.parametrize("mcg_per_day", [100.0, 300.0, 900.0])
def test_a_program_that_repeats_is_never_withdrawal(body: Body, mcg_per_day: float) -> None:
    """All of a day's dose in ten minutes, every day for ever: nights are thin, and no stage is reached."""
    edges, rates = [0.0, 1.0 / 6.0, DAY_H], [6.0 * mcg_per_day, 0.0]
    hours, tolerance = np.arange(0.0, 24.01, 0.25), Tolerance.of(sensitivity=[0.5, 1.0, 2.0])
    day = np.broadcast_to(felt(body.course(body.periodic(edges, rates), edges, rates, hours)), (3, len(hours), 4))
    lived = integrate(hours, day, settled(hours, day, tolerance), tolerance)
    assert stages(lived.shortfall).max() == Stage.NONE


def test_a_stage_is_reached_at_its_threshold() -> None:
    """The worst muscle decides; at the threshold itself it counts."""
    early, severe, grave = (
        number.value for number in (TWO_POOL.withdrawal_early, TWO_POOL.withdrawal_severe, TWO_POOL.withdrawal_grave)
    )
    assert early < severe < grave
    shortfall = [[0.0, early - 1e-9], [0.0, early], [severe, early], [grave - 1e-9, 0.0], [0.0, grave]]
    assert stages(shortfall).tolist() == [0, 1, 2, 2, 3]


def test_everybody_has_thresholds_of_their_own() -> None:
    """(patients, times, targets) gives (patients, times)."""
    cohort = Cohort(values={"withdrawal_early": np.array([0.1, 0.5])})
    staged = stages(np.full((2, 3, 4), 0.3), whose=cohort)
    assert staged.shape == (2, 3)
    assert staged[:, 0].tolist() == [1, 0]


def test_the_words_name_the_signs_and_promise_nothing() -> None:
    """Each stage says what may be found; blood pressure in either direction; no word says safe, low risk or normal."""
    assert "itch without rash" in Stage.EARLY.words
    assert "low or high" in Stage.EARLY.words
    assert "either direction" in Stage.SEVERE.words
    assert "rigidity" in Stage.SEVERE.words
    assert "organs" in Stage.GRAVE.words
    assert "decide" in Stage.NONE.words
    for text in (*(stage.words for stage in Stage), NOT_A_REASSURANCE):
        assert not re.search(r"\b(safe|low risk|normal|unlikely)\b", text)


def test_half_of_people_are_drowsy_at_the_half_effect_concentration() -> None:
    """200 ng/mL naive, 400 with a tolerance of 2 or half the sensitivity; a third of that, by hand, is 1/28."""
    half = TWO_POOL.sedation_ec50.value
    assert drowsiness(half, 1.0) == pytest.approx(0.5)
    assert drowsiness(2.0 * half, 2.0) == pytest.approx(0.5)
    assert drowsiness(2.0 * half, 1.0, 0.5) == pytest.approx(0.5)
    assert drowsiness(half / 3.0, 1.0) == pytest.approx(1.0 / 28.0)
    assert breathing_risk(TWO_POOL.coma_ec50.value, 1.0) == pytest.approx(0.5)


@given(st.floats(0.0, 5_000.0), st.floats(0.0, 5_000.0), st.floats(1.0, 4.0))
def test_drowsiness_comes_before_breathing_fails(one: float, other: float, tolerance: float) -> None:
    """Both rise with the drug, and the risk to breathing is never above drowsiness."""
    felt_twice = sorted((one, other))
    drowsy, failing = drowsiness(felt_twice, tolerance), breathing_risk(felt_twice, tolerance)
    assert 0.0 <= drowsy[0] <= drowsy[1] <= 1.0
    assert failing[0] <= failing[1]
    assert np.all(failing <= drowsy)


def test_many_patients_each_with_their_own_brainstem() -> None:
    """(patients, times) with tolerance (patients, times) and sensitivity (patients,)."""
    brainstem = np.full((3, 5), 200.0)
    drowsy = drowsiness(brainstem, np.full((3, 5), NAIVE), [0.5, 1.0, 2.0])
    assert drowsy.shape == (3, 5)
    assert drowsy[0, 0] < drowsy[1, 0] < drowsy[2, 0]


def test_delhaas_boluses_are_in_order(body: Body) -> None:
    """280 mcg by mistake puts breathing at more risk than 50 mcg did (Delhaas 1991), hours after it was given."""
    hours = np.arange(0.0, 24.1, 0.5)
    risks = [
        breathing_risk(course(body, body.injected(body.rest(), mcg), 0.0, hours).brainstem_ng_per_ml, NAIVE)
        for mcg in (50.0, 280.0)
    ]
    assert risks[1].max() > 50.0 * risks[0].max()
    assert 1.0 <= hours[risks[1].argmax()] <= 8.0


def test_delhaas_infusions_are_in_order(body: Body) -> None:
    """800, 1,920 and 2,400 mcg/day, each for days: more is worse (Delhaas 1991)."""
    hours = np.arange(0.0, 73.0)
    risks = [
        breathing_risk(course(body, body.rest(), rate / DAY_H, hours).brainstem_ng_per_ml, CHRONIC)[-1]
        for rate in (800.0, 1_920.0, 2_400.0)
    ]
    assert risks[0] < risks[1] < risks[2]


@pytest.mark.parametrize("mcg_per_h", [27.0, 55.0])
def test_after_a_drug_holiday_the_old_dose_is_too_much(body: Body, mcg_per_h: float) -> None:
    """Six hours into 27 and 55 mcg/h (Delhaas 1991) who lost tolerance is drowsy; who kept it, less so."""
    hours = np.arange(0.0, 7.0)
    brainstem = course(body, body.rest(), mcg_per_h, hours).brainstem_ng_per_ml[-1]
    assert drowsiness(brainstem, NAIVE) > 3.0 * drowsiness(brainstem, CHRONIC)
    assert breathing_risk(brainstem, NAIVE) > 3.0 * breathing_risk(brainstem, CHRONIC)


def test_a_holiday_takes_tolerance_away_and_not_all_of_it(body: Body) -> None:
    """After a year at 650 mcg/day, three weeks without raise the risk at 27 mcg/h; a naive person's is higher still."""
    hours, tolerance = np.arange(0.0, 7.0), Tolerance.of()
    year = DAY_H * np.arange(366.0)
    steady = felt(course(body, body.steady(650.0 / DAY_H), 650.0 / DAY_H, year))
    kept = integrate(year, steady, Adaptation.naive(4), tolerance, estimate=False).end
    assert kept is not None
    holiday = integrate(THREE_WEEKS, np.zeros((len(THREE_WEEKS), 4)), kept, tolerance, estimate=False).end
    assert holiday is not None
    restarted = course(body, body.rest(), 27.0, hours)
    person = Responder(baseline_mas=3.0, baseline_penn=3.0)
    at_six_hours = [
        respond(hours, felt(restarted), restarted.brainstem_ng_per_ml, person, start=start).breathing_risk[-1]
        for start in (kept, holiday, Adaptation.naive(4))
    ]
    assert at_six_hours[0] < at_six_hours[1] < at_six_hours[2]


def test_all_of_it_is_called_assumed() -> None:
    """Nobody measured these numbers in people."""
    for name in ("early", "severe", "grave", "time"):
        assert getattr(TWO_POOL, f"withdrawal_{name}").grade == "assumed"
    for number in (TWO_POOL.sedation_ec50, TWO_POOL.coma_ec50, TWO_POOL.sedation_slope, TWO_POOL.brain_rate):
        assert number.grade == "assumed"
