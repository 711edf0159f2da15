"""Tolerance: laws, numbers by hand, a solver nobody here wrote, and the order of the error as a slope."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from thecal.body import TWO_POOL
from thecal.body.adaptation import Adaptation, Adapted, Tolerance, each, integrate, one_each, settled
from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.errors import OurFault

DAY = np.arange(25.0)
WEEK = np.arange(0.0, 7 * 24.0 + 1.0)
USUAL = Tolerance(
    half_ng_per_ml=np.array(66.0),
    slope=np.array(2.26),
    fast=np.array(0.6),
    slow=np.array(2.4),
    fast_h=72.0,
    slow_h=3600.0,
    shortfall_h=72.0,
)
"""Numbers to reckon with by hand, whatever the default set says."""
USED_TO_165 = Adaptation(fast=np.array([0.5]), slow=np.array([0.5]), shortfall=np.array([0.0]))
concentrations = st.floats(0.0, 3_000.0)


def wave(times_h: Floats) -> Floats:
    """A smooth day between 40 and 400 ng/mL for one muscle, (times, 1)."""
    return np.asarray(220.0 + 180.0 * np.sin(2.0 * np.pi * np.asarray(times_h) / 24.0))[:, None]


def swarm(patients: int, times: int) -> Floats:
    """Concentrations of many people, (patients, times, 4)."""
    rough = np.random.default_rng(7).uniform(0.0, 600.0, (patients, times, 4))
    return np.asarray(np.cumsum(rough, axis=1) / np.arange(1, times + 1)[:, None])


def solved(until_h: float) -> Floats:
    """F, S and D at the end of the wave, from the equations, by SciPy."""

    def slope(hour: float, state: Floats) -> list[float]:
        fast, slow, shortfall = state
        factor = 1.0 + 0.6 * fast + 2.4 * slow
        felt = 220.0 + 180.0 * np.sin(2.0 * np.pi * hour / 24.0)
        occupancy = felt**2.26 / ((factor * 66.0) ** 2.26 + felt**2.26)
        gap = (fast - occupancy) * factor
        return [(occupancy - fast) / 72.0, (occupancy - slow) / 3600.0, (gap - shortfall) / 72.0]

    return np.asarray(
        solve_ivp(slope, (0.0, until_h), [0.4, 0.1, 0.0], method="DOP853", rtol=1e-11, atol=1e-13).y[:, -1]
    )


def marched(until_h: float, samples: int, stride: int = 1) -> Adapted:
    """The same wave with so many equal samples."""
    times = np.linspace(0.0, until_h, samples + 1)
    start = Adaptation(fast=np.array([0.4]), slow=np.array([0.1]), shortfall=np.array([0.0]))
    return integrate(times, wave(times), start, USUAL, stride=stride)


def ended(adapted: Adapted) -> Floats:
    """F, S and D at the end, (3, size)."""
    assert adapted.end is not None
    return np.array([adapted.end.fast.ravel(), adapted.end.slow.ravel(), adapted.end.shortfall.ravel()])


def test_without_drug_nobody_gets_used_to_anything() -> None:
    """Everything stays at zero, and m at one, exactly."""
    nothing = integrate(WEEK, np.zeros((len(WEEK), 4)), Adaptation.naive(4), USUAL)
    for part in (nothing.fast, nothing.occupancy, nothing.shortfall):
        assert not part.any()
    assert np.all(nothing.factor == 1.0)


def test_an_occupancy_that_stays_is_followed_exactly() -> None:
    """With next to no feedback ρ is 1/2 at 66 ng/mL, and F is (1 − e^(−t/72 h))/2 whatever the step."""
    blind = replace(USUAL, fast=np.array(1e-14), slow=np.array(1e-14))
    adapted = integrate(WEEK, np.full((len(WEEK), 1), 66.0), Adaptation.naive(1), blind, stride=50)
    assert adapted.fast[:, 0] == pytest.approx(0.5 * -np.expm1(-WEEK / 72.0), abs=1e-13)
    assert adapted.occupancy == pytest.approx(0.5)


def test_who_has_always_felt_165_is_used_to_half() -> None:
    """By hand: F = S = 1/2 makes m = 1 + 0.3 + 1.2 = 2.5, and 2.5 · 66 = 165 ng/mL occupies half again."""
    state = settled(DAY, np.full((25, 1), 165.0), USUAL)
    assert state.fast == pytest.approx(0.5, abs=1e-9)
    assert state.slow == pytest.approx(0.5, abs=1e-9)
    assert state.shortfall == pytest.approx(0.0, abs=1e-9)
    assert USUAL.factor(state) == pytest.approx(2.5, abs=1e-9)


def test_the_fast_part_goes_in_days_and_the_slow_one_in_months() -> None:
    """After the last drug F keeps e^(−1) of itself for 3 days, S for 150: by hand 0.1839 of 0.5."""
    times = np.arange(0.0, 3601.0)
    adapted = integrate(times, np.zeros((3601, 1)), USED_TO_165, USUAL, stride=24)
    assert adapted.fast[72, 0] == pytest.approx(0.5 / np.e)
    assert adapted.end is not None
    assert adapted.end.slow[0] == pytest.approx(0.5 / np.e)


def test_a_shortfall_grows_from_what_is_missing() -> None:
    """By hand, a day without drug after 165 ng/mL: D' = (F m − D)/72 with F = e^(−t/72)/2 and m near 2.4.

    ∫₀²⁴ e^(−(24−t)/72) e^(−t/72)/2 · m dt/72 = e^(−1/3)/6 · m = 0.1194 m; m falls from 2.5 to 2.407 meanwhile.
    """
    adapted = integrate(DAY, np.zeros((25, 1)), USED_TO_165, USUAL)
    assert 0.1194 * 2.407 < adapted.shortfall[-1, 0] < 0.1195 * 2.5


def test_a_solver_agrees() -> None:
    """Ten days of the wave end where SciPy's DOP853 at 1e-11 ends: to 1e-6 in F, S and D."""
    assert ended(marched(240.0, 240 * 16))[:, 0] == pytest.approx(solved(240.0), abs=1e-6)


@pytest.mark.parametrize("stride", [1, 4])
def test_the_error_is_of_second_order(stride: int) -> None:
    """The slope of log error against log spacing, over halvings from 2 h to 1/4 h, is 2 to within a tenth."""
    exact = solved(232.0)
    spacings = np.array([2.0, 1.0, 0.5, 0.25]) / stride
    errors = [abs(ended(marched(232.0, round(232.0 / h), stride))[:, 0] - exact).max() for h in spacings]
    slope = np.polyfit(np.log(spacings), np.log(errors), 1)[0]
    assert slope == pytest.approx(2.0, abs=0.1)


def test_longer_steps_over_the_same_samples_are_of_second_order_too() -> None:
    """With a sample every quarter of an hour, steps of 4, 8, 16 and 32 samples: a slope of 2 or a little more."""
    finest = marched(240.0, 960).factor
    strides = np.array([4, 8, 16, 32])
    errors = [abs(marched(240.0, 960, stride).factor - finest).max() for stride in strides.tolist()]
    slope = np.polyfit(np.log(strides), np.log(errors), 1)[0]
    assert 1.8 < slope < 2.4


@pytest.mark.parametrize(("samples", "stride"), [(60, 1), (240, 1), (480, 4), (240, 6)])
def test_the_error_that_is_stated_is_the_error(samples: int, stride: int) -> None:
    """The estimate lies within a factor of two of the true largest error of m."""
    rough, fine = marched(240.0, samples, stride), marched(240.0, 7680)
    true = abs(rough.factor - fine.factor[:: 7680 // samples]).max()
    assert rough.error is not None
    assert 0.5 * true < rough.error[0] < 2.0 * true


def test_an_error_that_was_not_asked_for_costs_nothing() -> None:
    """It is None then; two times are too few to estimate one from."""
    assert integrate(WEEK, wave(WEEK), Adaptation.naive(1), USUAL, estimate=False).error is None
    with pytest.raises(OurFault, match="three"):
        integrate(WEEK[:2], wave(WEEK[:2]), Adaptation.naive(1), USUAL)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 27))
def test_a_course_may_be_cut_where_steps_meet(step: int) -> None:
    """From a to c is from a to b and from b to c, to rounding, with b the end of a step."""
    cut, felt = 6 * step, swarm(2, len(WEEK))
    whole = integrate(WEEK, felt, Adaptation.naive(2, 4), USUAL, stride=6)
    first = integrate(WEEK[: cut + 1], felt[:, : cut + 1], Adaptation.naive(2, 4), USUAL, stride=6)
    assert first.end is not None
    second = integrate(WEEK[cut:], felt[:, cut:], first.end, USUAL, stride=6)
    assert ended(second) == pytest.approx(ended(whole), abs=1e-14)
    assert second.factor == pytest.approx(whole.factor[:, cut:], abs=1e-14)


def test_times_need_not_be_evenly_spaced() -> None:
    """The wave sampled at uneven times ends where it does with even ones, and the last step may be short."""
    times = np.unique(np.concatenate([np.linspace(0.0, 48.0, 385), [0.3, 7.77, 31.01]]))
    start = Adaptation(fast=np.array([0.4]), slow=np.array([0.1]), shortfall=np.array([0.0]))
    assert ended(integrate(times, wave(times), start, USUAL, stride=7)) == pytest.approx(
        ended(marched(48.0, 384)), abs=1e-5
    )


def test_many_are_each_as_they_are_alone() -> None:
    """(patients, times, targets) with numbers of their own give what each gives alone, in every shape."""
    cohort = Cohort(
        values={"ashworth_ec50": np.array([30.0, 66.0, 140.0]), "slow_tolerance": np.array([1.0, 2.4, 5.0])}
    )
    felt = swarm(3, len(WEEK))
    together = integrate(WEEK, felt, Adaptation.naive(3, 4), Tolerance.of(cohort))
    assert together.factor.shape == together.occupancy.shape == (3, len(WEEK), 4)
    assert together.fast.shape == together.shortfall.shape == (3, len(WEEK), 4)
    assert together.error is not None
    assert together.end is not None
    assert together.error.shape == together.end.fast.shape == (3, 4)
    for patient in range(3):
        own = Tolerance.of(cohort.parameters_of(patient))
        alone = integrate(WEEK, felt[patient], Adaptation.naive(4), own)
        assert alone.factor == pytest.approx(together.factor[patient], abs=1e-13)
        assert alone.error == pytest.approx(together.error[patient], abs=1e-13)


def test_the_sensitive_feel_more_of_the_same() -> None:
    """Twice the sensitivity is half the half-effect concentration, and twice the drug."""
    felt = swarm(2, len(WEEK))
    sensitive = integrate(WEEK, felt, Adaptation.naive(2, 4), Tolerance.of(sensitivity=[2.0, 1.0]))
    doubled = integrate(WEEK, felt * np.array([2.0, 1.0])[:, None, None], Adaptation.naive(2, 4), Tolerance.of())
    assert sensitive.factor == pytest.approx(doubled.factor, abs=1e-13)


@given(st.lists(concentrations, min_size=25, max_size=25))
@settings(deadline=None, max_examples=25)
def test_what_settled_gives_comes_back_after_a_cycle(felt: list[float]) -> None:
    """One day on, F, S and D are what they were, whatever the day."""
    course = np.array([*felt[:-1], felt[0]])[:, None]
    state = settled(DAY, course, USUAL)
    after = ended(integrate(DAY, course, state, USUAL))[:, 0]
    assert after == pytest.approx([state.fast[0], state.slow[0], state.shortfall[0]], abs=1e-11)


def test_ten_years_of_a_day_settle_where_settled_says() -> None:
    """A run-in of 3,650 days from nothing ends in the fixed point, for F, S and D, in steps of 6 h."""
    times = np.arange(0.0, 3650 * 24.0 + 1.0)
    run = integrate(times, wave(times), Adaptation.naive(1), USUAL, stride=6, estimate=False)
    state = settled(DAY, wave(DAY), USUAL, stride=6)
    assert ended(run)[:, 0] == pytest.approx([state.fast[0], state.slow[0], state.shortfall[0]], abs=1e-9)


@given(concentrations, concentrations)
@settings(deadline=None, max_examples=50)
def test_who_has_more_is_used_to_more(one: float, other: float) -> None:
    """The factor m settles higher on more drug, and between 1 and 1 + 0.6 + 2.4."""
    low, high = sorted((one, other))
    factor = USUAL.factor(settled(DAY, np.full((25, 2), [low, high]), USUAL))
    assert 1.0 - 1e-9 <= factor[0] <= factor[1] + 1e-9 <= 4.0 + 2e-9


def test_a_year_at_one_effect_takes_about_three_times_the_drug() -> None:
    """Held at an effect of 0.7 by always giving enough, m rises from 1 to near 3: 83 to 270 mcg/day is 3.25.

    With ρ held at 0.7, F = 0.7 and S = 0.7 (1 − e^(−365/150)) = 0.639: m = 1 + 0.42 + 1.53 = 2.95.
    """
    times = np.arange(0.0, 366.0) * 24.0
    factor = np.ones(366)
    for _ in range(30):
        felt = 66.0 * factor * (0.7 / 0.3) ** (1.0 / 2.26)
        factor = integrate(times, felt[:, None], Adaptation.naive(1), USUAL).factor[:, 0]
    assert factor[-1] == pytest.approx(2.95, abs=0.01)


def test_what_makes_no_sense_is_the_callers_fault() -> None:
    """Times that stand still, arrays of other shapes, factors of zero, and people with clocks of their own."""
    with pytest.raises(OurFault, match="later"):
        integrate([0.0, 1.0, 1.0], np.zeros((3, 4)), Adaptation.naive(4), USUAL)
    with pytest.raises(OurFault, match="times, targets"):
        integrate(DAY, np.zeros((24, 4)), Adaptation.naive(4), USUAL)
    with pytest.raises(OurFault, match="above zero"):
        Tolerance.of(sensitivity=0.0)
    with pytest.raises(OurFault, match="same for everybody"):
        Tolerance.of(Cohort(values={"fast_tolerance_time": np.array([2.0, 3.0])}))


def test_numbers_of_each_come_with_room_for_what_follows() -> None:
    """One person's number is bare; a cohort's has as many ones at the end as were asked for."""
    cohort = Cohort(values={"rebound": np.array([0.2, 0.4])})
    assert each("rebound", TWO_POOL).shape == ()
    assert each("rebound", cohort, 2).shape == one_each([1.0, 2.0], 2).shape == (2, 1, 1)
    assert each("ashworth_ec50", cohort).tolist() == [[TWO_POOL.ashworth_ec50.value]] * 2
