"""What is asked becomes drug at the tip: every microgram, at its hour, after what the read-out tells of before."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.helpers import NEW_YEAR_MS
from tests.twin.helpers import implanted

from thecal.errors import BadInput
from thecal.pump import machine
from thecal.pump.infusion import StopPump
from thecal.pump.memory import Interrogation
from thecal.twin import device as implant
from thecal.twin.asked import BOLUS_OVER, PAST_MS, Bolus, Continuous, Delivery, Flex, Question, Stop, What, past
from thecal.units import DAY_MS, HOUR_MS, PG_PER_MCG

NOW_MS = NEW_YEAR_MS + 3 * DAY_MS
READ_PG_PER_DAY = 300_000_000
DOSES = st.integers(0, 5_000_000_000)
STARTS = st.lists(st.integers(0, DAY_MS - 1), min_size=1, max_size=4, unique=True).map(sorted)


def read_out(at_ms: int = NOW_MS, *, revision: int = 2, mode: object = None) -> Interrogation:
    """What a pump says that runs 300 mcg/day since New Year; changed once since, unless told."""
    device, _ = implant.advance(implanted(mode), at_ms)
    return replace(machine.interrogate(device.pump), revision=revision)


def question(what: What, *, days: int = 3, offset_min: int = 0, read: Interrogation | None = None) -> Question:
    """Asked three days after New Year."""
    return Question(
        what=what, days=days, now_ms=NOW_MS, utc_offset_min=offset_min, tip_level="T10", baseline_mas=3.0, read=read
    )


def mass_mcg(delivery: Delivery) -> float:
    """All that leaves the tip."""
    edges, rates = delivery
    return float((np.diff(edges) * rates).sum())


def check_whole(delivery: Delivery, hours: float) -> None:
    """It covers the whole window, in order."""
    edges, rates = delivery
    assert edges[0] == 0.0
    assert edges[-1] == hours
    assert len(rates) == len(edges) - 1
    assert (np.diff(edges) > 0.0).all()


@given(DOSES, st.integers(1, 30))
def test_a_constant_dose_is_given_whole(dose_pg_per_day: int, days: int) -> None:
    """So much a day, every day."""
    delivery = question(Continuous(dose_pg_per_day=dose_pg_per_day), days=days).pending()
    check_whole(delivery, 24.0 * days)
    assert mass_mcg(delivery) == pytest.approx(days * dose_pg_per_day / PG_PER_MCG)


@given(STARTS, st.data(), st.integers(1, 5), st.sampled_from((-600, 0, 60, 345)))
def test_a_pattern_is_what_a_clock_on_the_wall_says(
    starts: list[int], data: st.DataObject, days: int, off: int
) -> None:
    """At any minute the rate is that of the last step begun by local time, the last one running past midnight."""
    steps = tuple((start, data.draw(DOSES)) for start in starts)
    delivery = question(Flex(steps=steps), days=days, offset_min=off).pending()
    check_whole(delivery, 24.0 * days)
    edges, rates = delivery
    for at_ms in data.draw(st.lists(st.integers(0, days * DAY_MS - 1), min_size=1, max_size=8)):
        local_ms = (NOW_MS + at_ms + off * 60_000) % DAY_MS
        begun = [dose for start, dose in steps if start <= local_ms]
        wanted = begun[-1] if begun else steps[-1][1]
        found = rates[np.searchsorted(edges, at_ms / HOUR_MS, side="right") - 1]
        near = np.abs(edges * HOUR_MS - at_ms).min() < 1e-3
        assert near or found == pytest.approx(wanted / PG_PER_MCG / 24.0)


def test_nothing_is_nothing() -> None:
    """A stop gives no drug."""
    assert mass_mcg(question(Stop(), read=read_out()).pending()) == 0.0


@pytest.mark.parametrize("read", [None, read_out()])
def test_a_bolus_by_catheter_comes_on_top(read: Interrogation | None) -> None:
    """Its mass and no more, within its first minutes; afterwards the program is what it was."""
    asked = question(Bolus(mass_pg=50_000_000, by_puncture=False), read=read)
    delivery, current = asked.pending(), asked.current()
    check_whole(delivery, 72.0)
    under = 0.0 if current is None else mass_mcg(current)
    assert mass_mcg(delivery) - under == pytest.approx(50.0)
    edges, rates = delivery
    assert edges[1] == pytest.approx(BOLUS_OVER.value / 60.0)
    assert rates[1] == (0.0 if current is None else current[1][0])


def test_a_puncture_leaves_the_tip_as_it_was() -> None:
    """The needle is elsewhere."""
    asked = question(Bolus(mass_pg=50_000_000, by_puncture=True), read=read_out())
    assert mass_mcg(asked.pending()) == pytest.approx(900.0)


def test_the_program_that_was_read_goes_on() -> None:
    """300 mcg/day for three days; nothing where no pump was read, or where it was read as stopped."""
    current = question(Stop(), read=read_out()).current()
    assert current is not None
    assert mass_mcg(current) == pytest.approx(3 * READ_PG_PER_DAY / PG_PER_MCG)
    assert question(Stop()).current() is None
    stopped = question(Stop(), read=read_out(mode=StopPump())).current()
    assert stopped is not None
    assert mass_mcg(stopped) == 0.0


def test_somebody_long_on_a_program_has_settled_on_it() -> None:
    """A habit, and nothing between it and now."""
    before = past(question(Stop(), read=read_out()))
    assert before.habit is not None
    assert mass_mcg(before.habit) == pytest.approx(7 * 300.0)
    assert (before.hours, before.delivery, before.silent) == (0.0, None, False)


def test_a_first_program_began_with_no_drug() -> None:
    """From its commit until now, and no habit before."""
    before = past(question(Stop(), read=read_out(revision=1)))
    assert before.habit is None
    assert before.hours == pytest.approx(72.0)
    assert before.delivery is not None
    assert mass_mcg(before.delivery) == pytest.approx(900.0)


def test_a_pump_that_was_read_as_stopped_gives_nothing_since() -> None:
    """The habit ends where the pump says it stopped; until now there is nothing."""
    before = past(question(Stop(), read=read_out(mode=StopPump(), at_ms=NOW_MS - DAY_MS)))
    assert before.silent
    assert before.delivery is not None
    assert mass_mcg(before.delivery) == 0.0
    assert before.hours == pytest.approx(72.0)


def test_what_stopped_long_ago_has_left_nobody_used_to_anything() -> None:
    """After a hundred days without drug a person is as before the first dose."""
    asked = replace(question(Stop(), read=read_out(mode=StopPump())), now_ms=NOW_MS + PAST_MS + DAY_MS)
    before = past(asked)
    assert (before.habit, before.delivery, before.hours) == (None, None, 0.0)


def test_nobody_without_a_pump_has_a_past() -> None:
    """No read-out, no drug."""
    before = past(question(Stop()))
    assert (before.habit, before.delivery, before.hours, before.silent) == (None, None, 0.0, False)


def test_a_build_that_the_model_does_not_know_is_refused_by_name() -> None:
    """The field is the one that was asked for."""
    with pytest.raises(BadInput) as refused:
        replace(question(Stop()), age_years=2.0).stature()
    assert refused.value.field == "age_years"
    assert replace(question(Stop()), height_cm=150.0).stature().height_cm == 150.0
