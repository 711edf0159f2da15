"""What the clinic calculates from a read-out is what the pump itself would calculate."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.clinic.helpers import START_MS, make_program, read_pump, run_pump

from thecal.clinic.knowledge import know_pump, reservoir_at, steps_of_day
from thecal.pump import machine
from thecal.pump.bolus import SingleBolus
from thecal.pump.commands import MotorStallSensed, Stop
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, InfusionMode, MinimumRate, SimpleContinuous, StopPump
from thecal.pump.memory import Pump
from thecal.units import DAY_MS, HOUR_MS

FLEX = FlexSchedule(
    days=(
        FlexDay(
            steps=(
                FlexStep(start_ms=0, rate_nl_per_day=120_001),
                FlexStep(start_ms=6 * HOUR_MS + 7, rate_nl_per_day=200_003),
                FlexStep(start_ms=21 * HOUR_MS, rate_nl_per_day=150_000),
            )
        ),
    )
)
WEEKDAYS = FlexSchedule(
    days=tuple(FlexDay(steps=(FlexStep(start_ms=0, rate_nl_per_day=100_000 + day * 7_001),)) for day in range(7))
)
MODES: tuple[InfusionMode, ...] = (SimpleContinuous(rate_nl_per_day=150_007), FLEX, WEEKDAYS, MinimumRate(), StopPump())


@settings(max_examples=60)
@given(
    mode=st.sampled_from(MODES),
    elapsed_ms=st.integers(0, 150 * DAY_MS),
    offset_ms=st.integers(0, 8 * DAY_MS),
    bolus_nl=st.sampled_from([0, 80_000]),
)
def test_the_calculated_reservoir_is_the_pumps(
    mode: InfusionMode, elapsed_ms: int, offset_ms: int, bolus_nl: int
) -> None:
    """Without another read-out, to the nanolitre that the carry may hold."""
    takes_bolus = bolus_nl > 0 and not isinstance(mode, MinimumRate | StopPump)
    bolus = SingleBolus(volume_nl=bolus_nl, rate_nl_per_day=1_200_000) if takes_bolus else None
    pump = run_pump("TR-1", program=make_program(mode), bolus=bolus)
    pump, _ = machine.advance(pump, START_MS + offset_ms)
    read_out = machine.interrogate(pump)
    later, _ = machine.advance(pump, pump.now_ms + elapsed_ms)
    assert abs(reservoir_at(read_out, later.now_ms) - later.reservoir_nl) <= 2


def test_a_stopped_or_stalled_pump_counts_nothing() -> None:
    """What does not flow is not subtracted."""
    pump = run_pump("TR-1")
    stopped = machine.handle(pump, Stop())
    assert isinstance(stopped, Pump)
    for still in (stopped, machine.sense(pump, MotorStallSensed())):
        assert reservoir_at(machine.interrogate(still), START_MS + 10 * DAY_MS) == 18_000_000


def test_it_never_falls_below_nothing() -> None:
    """A pump that is calculated empty stays so."""
    assert reservoir_at(read_pump("TR-1"), START_MS + 1_000 * DAY_MS) == 0


def test_a_reading_from_the_future_is_shown_as_read() -> None:
    """A pump's clock may run ahead of the clinic's."""
    assert reservoir_at(read_pump("TR-1"), START_MS - DAY_MS) == 18_000_000


@pytest.mark.parametrize("mode", MODES)
def test_a_day_of_steps_has_no_gap_and_adds_up(mode: InfusionMode) -> None:
    """Midnight to midnight; the dose is the program's."""
    steps = steps_of_day(make_program(mode), START_MS)
    if not steps:
        assert isinstance(mode, MinimumRate | StopPump)
        return
    assert steps[0].start_ms == 0
    assert steps[-1].end_ms == DAY_MS
    assert all(one.end_ms == two.start_ms for one, two in pairwise(steps))


def test_what_is_known_names_its_moment() -> None:
    """300 mcg/day of 2000 mcg/mL, read ten days ago: 1.5 mL are gone."""
    known = know_pump(read_pump("TR-1"), now_ms=START_MS + 10 * DAY_MS)
    assert (known.read_ms, known.now_ms) == (START_MS, START_MS + 10 * DAY_MS)
    assert known.dose_pg_per_day == 300_000_000
    assert known.mean_rate_nl_per_day == 150_000
    assert known.reservoir_now_nl == 16_500_000
    assert known.mode_words == "Simple continuous"
