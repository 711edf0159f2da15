"""The log: every tamper shows, and no flood of harmless lines erases a fault."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import NEW_YEAR_MS, program, running, updated

from thecal.canonical import record_digest, to_plain
from thecal.errors import TheirFault
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import MotorRecoverySensed, MotorStallSensed, Update
from thecal.pump.events import (
    GENESIS,
    LOG_LINES,
    NEARLY_FULL,
    SCHEMA,
    Event,
    EventKind,
    nearly_full,
    remembered,
    verify_chain,
)
from thecal.units import DAY_MS

Log = tuple[Event, ...]
FAULTS = {
    EventKind.MANUFACTURED,
    EventKind.EMERGENCY_STOPPED,
    EventKind.BOLUS_ABANDONED,
    EventKind.MOTOR_STALLED,
    EventKind.MOTOR_RECOVERED,
    EventKind.LIMITER_CUT,
    EventKind.MEMORY_DAMAGED,
    EventKind.RESTARTED,
    EventKind.CLOCK_LOST,
    EventKind.HELD_BY_FIELD,
    EventKind.END_OF_SERVICE,
}
"""What took therapy away or could have, and the line that says who the pump is."""


def written(*kinds: EventKind, log: Log = (), head: str = GENESIS) -> tuple[Log, str]:
    """(a log of these lines, its head), after what it held before."""
    for kind in kinds:
        at_ms = NEW_YEAR_MS + (log[-1].sequence + 1 if log else 0)
        log, head = remembered(log, head, at_ms=at_ms, kind=kind, detail=kind.name)
    return log, head


def flooded(faults: int, floods: int, each: int) -> tuple[Log, str]:
    """(a log with so many faults, a flood of harmless lines after each of the first `floods`; its head)."""
    log, head = written(EventKind.MANUFACTURED)
    for number in range(faults):
        log, head = written(EventKind.MOTOR_STALLED, log=log, head=head)
        if number < floods:
            log, head = written(*[EventKind.ACCESS_REFUSED] * each, log=log, head=head)
    return log, head


def test_faults_are_those_that_took_therapy_away() -> None:
    """Everything else makes room for them."""
    assert {kind for kind in EventKind if kind.is_fault} == FAULTS


def test_the_first_line_begins_the_chains_and_the_next_ones_name_the_last() -> None:
    """Sequence, time, schema; the hash of the line before, and of the last fault before."""
    log, head = written(EventKind.MANUFACTURED, EventKind.STOPPED, EventKind.MOTOR_STALLED, EventKind.STOPPED)
    assert [event.sequence for event in log] == [0, 1, 2, 3]
    assert [event.at_ms - NEW_YEAR_MS for event in log] == [0, 1, 2, 3]
    assert {event.schema for event in log} == {SCHEMA}
    hashes = [record_digest(event) for event in log]
    assert [event.previous for event in log] == [GENESIS, *hashes[:3]]
    assert [event.previous_fault for event in log] == [GENESIS, hashes[0], hashes[0], hashes[2]]
    assert head == hashes[3] == log[3].hash()
    assert log[1].line().startswith(b'{"at_ms":')
    assert log[1].line().count(b"\n") == 0
    assert to_plain(log[1])["detail"] == "STOPPED"


def test_the_oldest_harmless_line_makes_room() -> None:
    """One goes for one that comes, once the memory is full and not before."""
    log, head = flooded(1, 1, LOG_LINES - 2)
    assert len(log) == LOG_LINES
    more, head = written(EventKind.STOPPED, log=log, head=head)
    assert more[:2] == log[:2]
    assert more[2:-1] == log[3:]
    assert (more[-1].kind, more[-1].sequence) == (EventKind.STOPPED, LOG_LINES)
    verify_chain(more, head=head)


@pytest.mark.parametrize("faults", [0, 1, 5, NEARLY_FULL, LOG_LINES - 2, LOG_LINES - 1])
def test_no_flood_erases_a_fault(faults: int) -> None:
    """Ten times the memory of refused access, and every fault is still there, with the line that says who it is."""
    log, head = flooded(faults, 2, 7)
    before = [event for event in log if event.kind.is_fault]
    log, head = written(*[EventKind.ACCESS_REFUSED] * (2 * LOG_LINES), log=log, head=head)
    assert [event for event in log if event.kind.is_fault] == before
    assert len(before) == faults + 1
    assert len(log) == LOG_LINES
    verify_chain(log, head=head)


def test_among_faults_alone_the_oldest_goes_for_a_new_one_only() -> None:
    """A harmless line finds no room then, and the chain goes on as if it had never been written."""
    log, head = flooded(LOG_LINES - 1, 0, 0)
    assert len(log) == LOG_LINES
    assert written(EventKind.ACCESS_REFUSED, log=log, head=head) == (log, head)
    more, head = written(EventKind.LIMITER_CUT, log=log, head=head)
    assert more[:-1] == log[1:]
    assert more[-1].sequence == LOG_LINES
    verify_chain(more, head=head)


def test_the_pump_asks_for_a_read_out_at_four_fifths_of_faults() -> None:
    """Before the memory is full, and not one fault earlier; therapy goes on."""
    pump, stalls = running(), False
    while sum(event.kind.is_fault for event in pump.log) < NEARLY_FULL - 1:
        stalls = not stalls
        pump = machine.sense(pump, MotorStallSensed() if stalls else MotorRecoverySensed())
    assert Alarm.LOG_NEARLY_FULL not in {each.alarm for each in pump.alarms}
    pump = machine.sense(pump, MotorRecoverySensed() if stalls else MotorStallSensed())
    assert Alarm.LOG_NEARLY_FULL in {each.alarm for each in pump.alarms}
    assert not Alarm.LOG_NEARLY_FULL.is_critical
    assert NEARLY_FULL == 320
    before = [event for event in pump.log if event.kind.is_fault]
    for _ in range(LOG_LINES):
        pump = machine.note_access_refused(pump, "wrong key")
    assert [event for event in pump.log if event.kind.is_fault] == before
    verify_chain(pump.log, head=pump.log_head)
    seen_to = updated(pump, Update(program=program()))
    assert Alarm.LOG_NEARLY_FULL not in {each.alarm for each in seen_to.alarms}, "a visit read them"
    again = machine.sense(seen_to, MotorRecoverySensed() if seen_to.motor_stalled else MotorStallSensed())
    assert Alarm.LOG_NEARLY_FULL in {each.alarm for each in again.alarms}
    assert sum(each.volume_nl for each in machine.advance(pump, pump.now_ms + DAY_MS)[1]) == 600_000


def test_a_visit_that_read_the_faults_ends_the_call_for_a_read_out() -> None:
    """An update is made by somebody who read the log; the next fault asks again, a harmless line does not."""
    assert NEARLY_FULL == 320
    few, _ = flooded(NEARLY_FULL - 2, 0, 0)
    assert not nearly_full(few)
    log, head = flooded(NEARLY_FULL - 1, 0, 0)
    assert nearly_full(log)
    log, head = written(EventKind.ACCESS_REFUSED, log=log, head=head)
    assert nearly_full(log)
    log, head = written(EventKind.UPDATE_COMMITTED, EventKind.ACCESS_REFUSED, log=log, head=head)
    assert not nearly_full(log)
    log, head = written(EventKind.LIMITER_CUT, log=log, head=head)
    assert nearly_full(log)
    log, head = written(EventKind.UPDATE_COMMITTED, log=log, head=head)
    assert not nearly_full(log)
    assert not nearly_full(())


def edited(log: Log, index: int) -> Log:
    """One line says something else."""
    return (*log[:index], replace(log[index], detail="nothing happened"), *log[index + 1 :])


def removed(log: Log, index: int) -> Log:
    """One line less."""
    return (*log[:index], *log[index + 1 :])


def moved(log: Log, index: int) -> Log:
    """Two lines in each other's place."""
    return (*log[:index], log[index + 1], log[index], *log[index + 2 :])


def repeated(log: Log, index: int) -> Log:
    """One line twice."""
    return (*log[: index + 1], *log[index:])


def cut_short(log: Log, index: int) -> Log:
    """Nothing after it."""
    return log[: index + 1]


def rewritten(log: Log, index: int) -> Log:
    """A line with another text whose successor names it: the one after that does not."""
    log = edited(log, index)
    after = replace(log[index + 1], previous=log[index].hash())
    return (*log[: index + 1], after, *log[index + 2 :])


LOGS = [
    flooded(3, 3, 4),
    flooded(40, 30, 13),
    flooded(LOG_LINES + 20, 0, 0),
    written(EventKind.LIMITER_CUT, EventKind.STOPPED, *[EventKind.CLOCK_SET] * 3, log=(), head=GENESIS),
]
"""Young, overflown with faults that stand alone, of faults alone, and short."""


def test_a_whole_log_is_whole() -> None:
    """Each of them, with its head and without; and so is an empty one, and what was read of its end."""
    verify_chain(())
    verify_chain((), head=GENESIS)
    verify_chain((), whole=True)
    for log, head in LOGS:
        verify_chain(log, head=head, whole=True)
        verify_chain(log)
        verify_chain(log[-2:], head=head)


@settings(max_examples=100, deadline=None)
@given(
    which=st.sampled_from(LOGS),
    tamper=st.sampled_from([edited, removed, moved, repeated, cut_short, rewritten]),
    place=st.integers(0, LOG_LINES),
)
def test_every_tamper_is_found(which: tuple[Log, str], tamper: Callable[[Log, int], Log], place: int) -> None:
    """Edited anywhere, taken out, moved, written twice, cut at its end."""
    log, head = which
    with pytest.raises(TheirFault):
        verify_chain(tamper(log, place % (len(log) - 1)), head=head, whole=True)


@settings(max_examples=50, deadline=None)
@given(
    which=st.sampled_from(LOGS), tamper=st.sampled_from([edited, removed, moved, repeated]), place=st.integers(1, 399)
)
def test_a_part_of_a_log_is_held_together_by_its_chains(
    which: tuple[Log, str], tamper: Callable[[Log, int], Log], place: int
) -> None:
    """From anywhere on, nothing is changed or missing behind the first harmless line of what was read."""
    log, head = which[0][place % (len(which[0]) - 3) :], which[1]
    first = next((index for index, event in enumerate(log) if not event.kind.is_fault), 0)
    verify_chain(log, head=head)
    if first + 2 < len(log):
        with pytest.raises(TheirFault):
            verify_chain(tamper(log, first + 1 + place % (len(log) - first - 2)), head=head)


def test_an_old_line_that_is_missing_shows_where_the_log_is_said_to_be_whole() -> None:
    """The very first, or the oldest harmless one of a full memory: nothing else could tell."""
    full, full_head = LOGS[1]
    oldest = next(index for index, event in enumerate(full) if not event.kind.is_fault)
    for log, head in [*((removed(log, 0), head) for log, head in LOGS), (removed(full, oldest), full_head)]:
        verify_chain(log, head=head)
        with pytest.raises(TheirFault) as found:
            verify_chain(log, head=head, whole=True)
        assert str(found.value) == "lines of the pump's log are missing. Interrogate again."


def test_a_fault_that_stands_alone_is_still_held_by_the_chain_of_faults() -> None:
    """Between two faults whose neighbours are gone, one taken out or changed shows, head or no head."""
    log, _ = LOGS[1]
    alone = [index for index in range(1, len(log) - 1) if log[index].sequence != log[index - 1].sequence + 1]
    assert len(alone) == 3
    assert not log[alone[2]].kind.is_fault, "the oldest harmless line, behind a gap of its own"
    for index in alone[:2]:
        for tamper in (edited, removed):
            with pytest.raises(TheirFault, match="broken before event"):
                verify_chain(tamper(log, index))


def test_a_gap_shows_in_a_log_that_never_overflowed() -> None:
    """Only a full memory may let lines go, and never behind the oldest harmless line that is left."""
    log, head = written(EventKind.MANUFACTURED, EventKind.STOPPED, EventKind.MOTOR_STALLED)
    with pytest.raises(TheirFault, match="before event 2"):
        verify_chain((log[0], log[2]), head=head)
    full, head = flooded(2, 2, LOG_LINES)
    harmless = next(index for index, event in enumerate(full) if not event.kind.is_fault)
    with pytest.raises(TheirFault):
        verify_chain(removed(full, harmless + 1), head=head)


def test_a_head_of_another_log_is_found() -> None:
    """The last line is pinned by it; the error says what to do."""
    log, _ = LOGS[0]
    with pytest.raises(TheirFault) as found:
        verify_chain(log, head=GENESIS)
    assert str(found.value) == "the pump's log does not end where it says. Interrogate again."
    with pytest.raises(TheirFault) as found:
        verify_chain(moved(log, 1))
    assert str(found.value) == "the pump's log is broken before event 2. Interrogate again."
