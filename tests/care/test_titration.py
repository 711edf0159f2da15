"""Steps of a running dose: how far, how soon, by whom, and what nobody wrote down."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import DOSES, MCG, around, blocks, rules

from thecal.care.titration import Origin, Phase, increase_limit, judge_level, judge_step
from thecal.findings import Finding, Severity
from thecal.units import DAY_MS

LIMITS = [
    # origin, age, phase, per cent; the label as restated by reference.medscape.com/drug/lioresal-baclofen-343335
    (Origin.SPINAL, 18, Phase.TITRATION, 30), (Origin.SPINAL, 18, Phase.MAINTENANCE, 40),
    (Origin.CEREBRAL, 18, Phase.TITRATION, 15), (Origin.CEREBRAL, 18, Phase.MAINTENANCE, 20),
    (Origin.SPINAL, 17, Phase.TITRATION, 15), (Origin.SPINAL, 17, Phase.MAINTENANCE, 20),
    (Origin.CEREBRAL, 4, Phase.TITRATION, 15), (Origin.CEREBRAL, 4, Phase.MAINTENANCE, 20),
    (None, 40, Phase.TITRATION, 15), (Origin.SPINAL, None, Phase.TITRATION, 15), (Origin.SPINAL, 40, None, 30),
    (None, None, None, 15), (None, None, Phase.MAINTENANCE, 20),
]  # fmt: skip
ORIGINS, PHASES, AGES = (
    st.none() | st.sampled_from(Origin),
    st.none() | st.sampled_from(Phase),
    st.none() | st.integers(0, 99),
)
TIMES = st.none() | st.integers(-30 * DAY_MS, 30 * DAY_MS)


def step(
    old: int,
    new: int,
    *,
    origin: Origin | None = Origin.SPINAL,
    age: int | None = 40,
    phase: Phase | None = Phase.TITRATION,
    start: int | None = 9 * DAY_MS,
    arrival: int | None = 3 * DAY_MS,
) -> list[Finding]:
    """A step in an adult with spinal spasticity, in titration, long enough after the last, unless said otherwise."""
    return judge_step(
        old_pg_per_day=old,
        new_pg_per_day=new,
        origin=origin,
        age_years=age,
        phase=phase,
        since_start_ms=start,
        since_arrival_ms=arrival,
    )


@pytest.mark.parametrize(("origin", "age", "phase", "percent"), LIMITS)
def test_each_group_has_its_limit(origin: Origin | None, age: int | None, phase: Phase | None, percent: int) -> None:
    """Origin, age and phase choose the limit; at it nothing is asked, a tenth of a per cent above it two people are."""
    old = 300 * MCG
    assert increase_limit(origin=origin, age_years=age, phase=phase).value == percent * 10
    for tenths in (percent * 10 - 10, percent * 10 - 1, percent * 10, percent * 10 + 1, percent * 10 + 10, 2_000):
        found = step(old, old + old * tenths // 1_000, origin=origin, age=age, phase=phase)
        assert ("titration.increase" in rules(found)) == (tenths > percent * 10), tenths


@given(old=st.integers(10 * MCG, 2_000 * MCG), percent=st.sampled_from([15, 20, 30, 40]))
def test_the_pump_s_rounding_is_no_step_too_far(old: int, percent: int) -> None:
    """A step of exactly the limit passes although the pump's dose is a ten-thousandth off the order."""
    origin = Origin.SPINAL if percent in {30, 40} else Origin.CEREBRAL
    phase = Phase.TITRATION if percent in {15, 30} else Phase.MAINTENANCE
    rounded = old - old // 20_000
    found = step(rounded, old + old * percent // 100, origin=origin, phase=phase)
    assert "titration.increase" not in rules(found)


@pytest.mark.parametrize("arrival", around(DAY_MS))
def test_the_24_hours_count_from_arrival_at_the_tip(arrival: int) -> None:
    """A full day at the tip is enough; a millisecond less asks for two people, however long ago it was programmed."""
    found = step(300 * MCG, 330 * MCG, arrival=arrival, start=90 * DAY_MS)
    assert ("titration.interval" in rules(found)) == (arrival < DAY_MS)


@pytest.mark.parametrize("arrival", [-1, -DAY_MS, -5 * DAY_MS, 0])
def test_a_dose_that_is_still_under_way_is_not_raised_alone(arrival: int) -> None:
    """Before the present dose is at the tip, an increase takes two people."""
    found = step(300 * MCG, 330 * MCG, arrival=arrival)
    assert rules(found) == ["titration.interval"]
    assert ("reaches the tip only in" in found[0].says) == (arrival < 0)


@pytest.mark.parametrize("start", around(DAY_MS))
def test_the_first_day_after_the_start_has_no_increase(start: int) -> None:
    """Within 24 hours of the start an increase takes two people, whatever the size."""
    found = step(100 * MCG, 101 * MCG, start=start, arrival=start)
    assert ("titration.first_day" in rules(found)) == (start < DAY_MS)


def test_an_unknown_arrival_is_said_and_asks_for_a_reason() -> None:
    """Nobody can count from a moment that nobody knows."""
    found = step(300 * MCG, 330 * MCG, start=None, arrival=None)
    assert [(each.rule, each.severity) for each in found] == [("titration.arrival_unknown", Severity.REASON)]


def test_what_is_not_on_record_is_named() -> None:
    """An increase judged without origin, age and phase says so."""
    found = step(300 * MCG, 320 * MCG, origin=None, age=None, phase=None)
    assert [(each.rule, each.severity) for each in found] == [("titration.limit_unknown", Severity.NOTE)]
    assert all(word in found[0].says for word in ("origin", "age", "phase"))


@pytest.mark.parametrize("tenths", [*range(195, 206), 100, 150, 500, 740, 1_000])
def test_lowering_by_more_than_a_fifth_is_flagged_and_never_blocked(tenths: int) -> None:
    """−20.0 % passes, −20.1 % asks for two people; a stop does too; neither is blocked."""
    old = 300 * MCG
    found = step(old, old - old * tenths // 1_000, arrival=0, start=0)
    assert rules(found) == (["titration.lowering"] if tenths > 200 else [])
    assert not blocks(found)


@given(old=DOSES, new=DOSES, origin=ORIGINS, age=AGES, phase=PHASES, start=TIMES, arrival=TIMES)
def test_no_step_is_ever_blocked(
    old: int,
    new: int,
    origin: Origin | None,
    age: int | None,
    phase: Phase | None,
    start: int | None,
    arrival: int | None,
) -> None:
    """Titration asks; it does not forbid. Least of all does it forbid a lowering."""
    assert not blocks(step(old, new, origin=origin, age=age, phase=phase, start=start, arrival=arrival))


@given(old=DOSES, new=DOSES, origin=ORIGINS, age=AGES, phase=PHASES, start=TIMES, arrival=TIMES)
def test_not_knowing_is_never_milder_than_the_best_that_could_be_known(
    old: int,
    new: int,
    origin: Origin | None,
    age: int | None,
    phase: Phase | None,
    start: int | None,
    arrival: int | None,
) -> None:
    """Whatever the facts are, hiding them all never makes an increase free of findings."""
    hidden = step(old, new, origin=None, age=None, phase=None, start=None, arrival=None)
    known = step(old, new, origin=origin, age=age, phase=phase, start=start, arrival=arrival)
    assert "titration.increase" not in rules(known) or "titration.increase" in rules(hidden)
    if Fraction(new, old) > 1 + Fraction(1, 10_000):
        assert hidden


@given(old=DOSES, new=DOSES)
def test_the_limit_agrees_with_fractions(old: int, new: int) -> None:
    """The whole-number comparison says what exact fractions say."""
    too_far = Fraction(new, old) > 1 + Fraction(30, 100) + Fraction(1, 10_000)
    too_low = Fraction(new, old) < 1 - Fraction(20, 100) - Fraction(1, 10_000)
    found = rules(step(old, new))
    assert ("titration.increase" in found) == too_far
    assert ("titration.lowering" in found) == too_low


@pytest.mark.parametrize("dose", around(1_000 * MCG))
def test_above_1000_mcg_a_day_is_noted(dose: int) -> None:
    """More than 1000 mcg/day is a note and no limit."""
    found = judge_level(dose)
    assert rules(found) == (["dose.high"] if dose > 1_000 * MCG else [])
    assert all(each.severity is Severity.NOTE for each in found)
