"""What damaged cells lead to: the other copy and an alarm, or a stopped pump that sounds."""

from dataclasses import replace

import pytest
from tests.pump.helpers import program, running, updated
from tests.pump.memories import (
    FLEX,
    flowed,
    has_given_up,
    outage,
    pumps,
    sounding,
    whole,
    with_cell,
    woken,
)

from thecal.pump.alarms import Alarm
from thecal.pump.cells import BANKS, COUNTS
from thecal.pump.commands import RotorUnbiddenSensed, Update
from thecal.pump.events import EventKind
from thecal.pump.infusion import MinimumRate
from thecal.pump.recovery import flip, lose_power, return_power
from thecal.pump.sensing import sense
from thecal.pump.states import State
from thecal.pump.writing import image_of
from thecal.units import DAY_MS


@pytest.mark.parametrize("cell", range(6))
def test_one_damaged_cell_is_heard_and_changes_no_dose(cell: int) -> None:
    """While the pump runs: the same dose from the other copy, a line, and the alarm until the next update."""
    pump = pumps()["bridging"]
    after = flip(pump, (cell, 8 * cell + 3))
    assert whole(after) == whole(pump)
    assert Alarm.MEMORY_FALLBACK in sounding(after)
    named = sorted(image_of(pump).cells)[cell]
    line = next(event for event in after.log if event.kind is EventKind.MEMORY_DAMAGED)
    assert line.detail == (named if not named.startswith("log") else "1 of the log's lines")
    assert Alarm.MEMORY_FALLBACK not in sounding(updated(after, Update(program=program(FLEX))))


def test_a_damaged_limiter_is_armed_anew_for_what_runs() -> None:
    """The ceiling of the program, the rest of the bridge, an empty window; one that had cut has still cut."""
    pump = pumps()["bridging"]
    after = flip(pump, (4, 0))
    assert after.limiter is not None
    assert pump.program is not None
    assert after.limiter.ceiling_nl == pump.program.ceiling_nl_per_day
    assert after.limiter.allowance_nl_ms_per_day == (pump.bolus_left_nl or 0) * DAY_MS
    assert after.limiter.window == ()
    flex = pumps()["flex"]
    assert flex.limiter is not None
    assert flex.limiter.window
    assert flip(flex, (4, 0)).limiter == replace(flex.limiter, window=())
    cut = flip(sense(pump, RotorUnbiddenSensed()), (4, 0))
    assert cut.limiter is not None
    assert cut.limiter.is_cut


def test_without_a_bank_the_pump_stops_and_takes_a_new_program() -> None:
    """No dose is guessed: it stops, sounds, forgets the update, and runs again by a prescriber's next one."""
    pump = pumps()["flex"]
    after = flip(pump, (0, 5), (1, 5))
    assert has_given_up(after)
    assert Alarm.NO_PROGRAM.is_critical
    assert (after.program, after.transaction_id, after.revision) == (None, "", pump.revision)
    assert flowed(after, 30 * DAY_MS) == 0
    dark = woken(image_of(outage(after)), after)
    assert has_given_up(dark)
    assert dark.standing.count(Alarm.NO_PROGRAM) == 1
    again = updated(dark, Update(program=program(), reservoir_nl=20_000_000), "t9")
    assert (again.state, again.revision) == (State.INFUSING, pump.revision + 1)
    assert not {Alarm.NO_PROGRAM, Alarm.MEMORY_FALLBACK} & sounding(again)
    assert outage(again).state is State.INFUSING


def test_a_flip_without_power_sounds_when_the_power_is_back() -> None:
    """Nothing reads the memory in between."""
    dark = flip(lose_power(running()), (0, 5))
    assert (dark.powered, dark.alarms) == (False, ())
    assert Alarm.MEMORY_FALLBACK in sounding(return_power(dark))


def test_numbers_of_cells_and_bits_go_round() -> None:
    """Any number names a cell and a bit of it."""
    pump = running()
    cells = sorted(image_of(pump).cells)
    assert flip(pump, (len(cells), 8 * len(image_of(pump).cells[cells[0]]))) == flip(pump, (0, 0))
    assert flip(pump, (0, 0), (0, 0)) == pump


def test_an_older_bank_never_runs() -> None:
    """Both banks are put back to an earlier update: the count knows better, and the pump stops."""
    before = running()
    after = updated(before, Update(program=program(FLEX)))
    image = image_of(after)
    for name in BANKS:
        image = with_cell(image, name, image_of(before).cells[name])
    found = woken(image, after)
    assert has_given_up(found)
    assert (found.program, found.revision) == (None, after.revision)


def test_one_newer_bank_was_never_committed() -> None:
    """The power went within an update, then the running bank was damaged: what was not committed never runs."""
    before = running()
    after = updated(before, Update(program=program(FLEX)))
    image = with_cell(image_of(before), BANKS[1], image_of(after).cells[BANKS[1]])
    assert woken(image, before).program == before.program
    assert has_given_up(woken(with_cell(image, BANKS[0], b""), before))


def test_two_newer_banks_were_committed() -> None:
    """The count of the commit was lost: the new program runs, nothing of the old therapy beside it, and it sounds."""
    before = pumps()["bridging"]
    after = updated(before, Update(program=program(MinimumRate())))
    image = image_of(before)
    for name in BANKS:
        image = with_cell(image, name, image_of(after).cells[name])
    found = woken(with_cell(image, COUNTS[0], b""), after)
    assert (found.program, found.revision) == (after.program, after.revision)
    assert (found.state, found.bolus, found.bolus_left_nl) == (State.MINIMUM_RATE, None, None)
    assert found.limiter is not None
    assert found.limiter.allowance_nl_ms_per_day == 0
    assert Alarm.MEMORY_FALLBACK in sounding(found)


def test_without_a_count_the_pump_stands_still() -> None:
    """Whether it had been stopped is not known: it stops, and keeps the program for a prescriber."""
    pump = pumps()["flex"]
    image = image_of(pump)
    found = woken(with_cell(with_cell(image, COUNTS[0], b"?"), COUNTS[1], b""), pump)
    assert has_given_up(found)
    assert (found.program, found.revision, found.reservoir_nl) == (pump.program, pump.revision, 0)
    assert updated(found, Update(program=program(FLEX), reservoir_nl=1), "t9").state is State.INFUSING


def test_without_anything_the_pump_stands_still() -> None:
    """Every cell is gone: it is a stopped pump that sounds and has no dose of its own."""
    pump = pumps()["flex"]
    found = woken(replace(image_of(pump), cells={}), pump)
    assert has_given_up(found)
    assert (found.program, found.revision, found.serial) == (None, 0, pump.serial)
