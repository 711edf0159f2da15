"""Since when a pump counts next to nothing delivered: what a restart is measured from."""

import pytest
from tests.pump.helpers import new_pump, running, updated

from thecal.pump import machine
from thecal.pump.commands import Stop, Update
from thecal.pump.infusion import MinimumRate
from thecal.pump.memory import Pump, empty_since_ms, interrupted_since_ms, stands
from thecal.units import DAY_MS

ML = 1_000_000


def later(pump: Pump, ms: int) -> Pump:
    """The pump after so long."""
    return machine.advance(pump, pump.now_ms + ms)[0]


def stopped(pump: Pump) -> Pump:
    """The pump after a stop."""
    after = machine.handle(pump, Stop())
    assert isinstance(after, Pump)
    return after


def test_a_pump_that_delivers_and_one_that_was_never_programmed_are_not_interrupted() -> None:
    """There is nothing to restore, or nothing yet."""
    for pump in (running(), later(running(), DAY_MS), new_pump()):
        read = machine.interrogate(pump)
        assert interrupted_since_ms(read) is None
        assert not stands(read)


@pytest.mark.parametrize("late_ms", [0, 1, DAY_MS, 30 * DAY_MS])
def test_an_empty_reservoir_interrupts_from_the_instant_at_which_it_ran_empty(late_ms: int) -> None:
    """Not from the read-out, and not a millisecond before; the pump itself goes on infusing."""
    full = running(reservoir_nl=6 * ML)
    before, after = later(full, 10 * DAY_MS - 1), later(full, 10 * DAY_MS + late_ms)
    assert interrupted_since_ms(machine.interrogate(before)) is None
    read = machine.interrogate(after)
    assert interrupted_since_ms(read) == empty_since_ms(read) == full.now_ms + 10 * DAY_MS
    assert not stands(read)


def test_a_stop_and_the_minimum_rate_interrupt_from_their_own_instant() -> None:
    """Filled or not."""
    pump = later(running(), DAY_MS)
    read = machine.interrogate(later(stopped(pump), DAY_MS))
    assert (interrupted_since_ms(read), stands(read)) == (pump.now_ms, True)
    slow = later(updated(pump, Update(program=running(MinimumRate()).program)), DAY_MS)  # type: ignore[arg-type] # there is one
    assert interrupted_since_ms(machine.interrogate(slow)) == pump.now_ms


@pytest.mark.parametrize("stopped_after_days", [9, 12])
def test_the_earlier_of_two_interruptions_counts(stopped_after_days: int) -> None:
    """Stopped before it could run empty, or stopped long after it had."""
    full = running(reservoir_nl=6 * ML)
    read = machine.interrogate(later(stopped(later(full, stopped_after_days * DAY_MS)), 5 * DAY_MS))
    assert interrupted_since_ms(read) == full.now_ms + min(10, stopped_after_days) * DAY_MS


def test_a_told_refill_ends_it() -> None:
    """The update that tells the pump of what was filled in."""
    full = running(reservoir_nl=6 * ML)
    empty = later(full, 12 * DAY_MS)
    assert full.program is not None
    filled = updated(empty, Update(program=full.program, reservoir_nl=20 * ML))
    assert interrupted_since_ms(machine.interrogate(filled)) is None
