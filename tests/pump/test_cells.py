"""The pump's memory: what it holds, what comes back after a loss of power, and what a damaged cell leads to."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import BOLUSES, MODES, NEW_YEAR_MS, ageless, new_pump, program, running, updated
from tests.pump.memories import (
    BRIDGE,
    FLEX,
    SINGLE,
    brought,
    crashes,
    full_log,
    has_given_up,
    later,
    obeying,
    on_request,
    pumps,
    sounding,
    turned,
    whole,
    with_cell,
    woken,
)

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import Bolus, SingleBolus
from thecal.pump.cells import BANKS, COUNTS, LIMITER, Bank, Count, bank_of, contents, count_of, opened, sealed
from thecal.pump.commands import Commit, GivePatientDose, LowBatteryReset, RotorUnbiddenSensed, SetClock, Stage, Update
from thecal.pump.devices import PROMETRA_20
from thecal.pump.events import LOG_LINES, EventKind, verify_chain
from thecal.pump.infusion import InfusionMode, MinimumRate, SimpleContinuous, StopPump
from thecal.pump.journal import move
from thecal.pump.memory import Pump
from thecal.pump.recovery import flip, lose_power, restart, return_power
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.reservoir import rate_now
from thecal.pump.sensing import sense
from thecal.pump.service import end_of_service_ms
from thecal.pump.states import State, Trigger
from thecal.pump.writing import image_of, writes, written
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

RATE = 600_000


def flowed(pump: Pump, lasts_ms: int) -> int:
    """What the pump commands in that time, nL."""
    return sum(segment.volume_nl for segment in machine.advance(pump, pump.now_ms + lasts_ms)[1])


def outage(pump: Pump, lasts_ms: int = 0) -> Pump:
    """The pump after some time without power."""
    return return_power(later(lose_power(pump), lasts_ms))


def therapy(mode: InfusionMode, bolus: Bolus | None) -> Pump:
    """A pump of any program and bolus, begun just now."""
    bolus = None if isinstance(mode, StopPump | MinimumRate) else bolus
    return updated(new_pump(), Update(program=program(mode), reservoir_nl=20_000_000, bolus=bolus))


def test_a_cell_gives_back_what_was_put_in() -> None:
    """Sealed and opened again, a record is the same, and it is no record of another kind."""
    bank = bank_of(pumps()["flex"])
    assert opened(Bank, sealed(bank)) == bank
    assert opened(Count, sealed(bank)) is None


def test_every_bit_and_every_byte_of_a_cell_counts() -> None:
    """One bit turned over, one byte missing, nothing at all: it is known, and no record comes out."""
    cell = sealed(bank_of(pumps()["continuous"]))
    for bit in range(8 * len(cell)):
        hurt = bytearray(cell)
        hurt[bit // 8] ^= 1 << bit % 8
        assert opened(Bank, bytes(hurt)) is None
    assert all(opened(Bank, cell[:length]) is None for length in range(len(cell)))


@pytest.mark.parametrize("name", pumps())
def test_both_banks_and_both_counts_are_the_same(name: str) -> None:
    """Whichever of the two is lost, what is left is not a minute older."""
    cells = image_of(pumps()[name]).cells
    assert cells[BANKS[0]] == cells[BANKS[1]]
    assert cells[COUNTS[0]] == cells[COUNTS[1]]


@settings(max_examples=60, deadline=None)
@given(mode=MODES, bolus=BOLUSES, before_ms=st.integers(0, 3 * DAY_MS), within_ms=st.integers(0, HOUR_MS - 1))
def test_the_count_is_never_behind_what_was_given(
    mode: InfusionMode, bolus: Bolus | None, before_ms: int, within_ms: int
) -> None:
    """Whatever runs, at any time until the next full hour, as much was given as the count says, or less."""
    pump = later(therapy(mode, bolus), before_ms)
    count = count_of(pump, sequence=1)
    at = later(pump, min(within_ms, HOUR_MS - 1 - pump.now_ms % HOUR_MS))
    assert count.delivered_nl >= at.delivered_nl
    assert count.reservoir_nl <= at.reservoir_nl
    assert count.battery.used_nj >= at.battery.used_nj
    assert count.bolus is None or (count.bolus_left_nl or 0) <= (at.bolus_left_nl or count.bolus.volume_nl)
    if at.log == pump.log:
        assert count_of(at, sequence=1) == count


@pytest.mark.parametrize("name", pumps())
def test_a_return_of_power_is_a_start_from_the_memory(name: str) -> None:
    """The shorter way and the bytes agree; the log's chain holds, and the pump says that it knows no time of day."""
    pump = pumps()[name]
    after = outage(pump)
    assert after == restart(image_of(pump), now_ms=pump.now_ms)
    verify_chain(after.log, head=after.log_head)
    assert (after.powered, after.clock_known) == (True, False)
    assert Alarm.CLOCK_UNKNOWN in sounding(after)
    restarted = next(event for event in after.log if event.kind is EventKind.RESTARTED)
    assert restarted.detail == "power"


@pytest.mark.parametrize("name", pumps())
def test_a_dark_pump_is_silent_and_gives_nothing(name: str) -> None:
    """However long it lasts; and going dark twice is going dark once."""
    dark = lose_power(pumps()[name])
    assert (dark.powered, dark.alarms, dark.staged) == (False, (), None)
    assert flowed(dark, 30 * DAY_MS) == 0
    assert lose_power(dark) == dark
    long_after = outage(pumps()[name], 30 * DAY_MS)
    assert long_after.delivered_nl == dark.delivered_nl
    assert return_power(long_after) == long_after


@pytest.mark.parametrize("name", pumps())
def test_the_memory_of_a_dark_pump_is_that_of_the_pump(name: str) -> None:
    """Nothing is written without power: the cells that decide are the ones that were there."""
    pump = pumps()[name]
    lit, dark = contents(image_of(pump)), contents(image_of(lose_power(pump)))
    assert dark.banks == lit.banks
    assert dark.counts == lit.counts


@settings(max_examples=40, deadline=None)
@given(
    rate=st.integers(48_000, 3_000_000),
    spans=st.lists(st.tuples(st.integers(1, DAY_MS), st.integers(0, DAY_MS)), min_size=1, max_size=8),
)
def test_outages_are_never_made_up_for(rate: int, spans: list[tuple[int, int]]) -> None:
    """Over any outages the pump gives at most its rate for the time it had power, and a pulse each less at most."""
    pump = ageless(running(SimpleContinuous(rate_nl_per_day=rate), reservoir_nl=20_000_000))
    given_nl = 0
    for runs_ms, dark_ms in spans:
        given_nl += flowed(pump, runs_ms)
        pump = outage(later(pump, runs_ms), dark_ms)
    exact_nl = rate * sum(runs_ms for runs_ms, _ in spans) // DAY_MS
    assert exact_nl - len(spans) <= given_nl <= exact_nl
    assert given_nl <= pump.delivered_nl <= given_nl + len(spans) * (rate * HOUR_MS // DAY_MS + 2)


@pytest.mark.parametrize("gone_ms", [0, 61 * MINUTE_MS, 3 * HOUR_MS, 13 * HOUR_MS])
def test_a_bridge_goes_on_by_what_its_count_leaves(gone_ms: int) -> None:
    """Never more than the bridge in all, and less by an hour of it at most; then the program's flat rate."""
    update = Update(program=program(SimpleContinuous(rate_nl_per_day=150_000)), reservoir_nl=18_000_000, bolus=BRIDGE)
    start = later(updated(running(), update), 0)
    rest = outage(later(start, gone_ms))
    assert rest.state is (State.BRIDGING if gone_ms < 13 * HOUR_MS else State.INFUSING)
    begun_nl = flowed(start, gone_ms)
    left_nl = rest.bolus_left_nl or 0
    ends_ms = left_nl * DAY_MS // BRIDGE.rate_nl_per_day + 1
    assert BRIDGE.volume_nl - BRIDGE.rate_nl_per_day * HOUR_MS // DAY_MS - 2 <= begun_nl + left_nl <= BRIDGE.volume_nl
    after = later(rest, ends_ms)
    assert (after.state, after.bolus, rate_now(after)[0]) == (State.INFUSING, None, 150_000)
    assert Alarm.LIMITER_CUT not in sounding(later(after, 3 * DAY_MS))


def test_a_single_dose_is_over_and_counts_as_given() -> None:
    """It does not begin again; the day's doses still hold it, and the log says what was not given."""
    pump = later(updated(running(), Update(program=program(), bolus=SINGLE)), MINUTE_MS)
    assert pump.state is State.BOLUS
    after = outage(pump)
    assert (after.state, after.bolus, after.given) == (State.INFUSING, None, pump.given)
    assert flowed(after, DAY_MS) == RATE
    assert EventKind.BOLUS_ENDED not in {event.kind for event in after.log}


def test_a_long_dose_s_rest_is_written_down() -> None:
    """What the count leaves of a dose is what the log says was not given."""
    slow = SingleBolus(volume_nl=400_000, rate_nl_per_day=4_800_000)
    after = outage(updated(running(), Update(program=program(), bolus=slow)))
    abandoned = next(event for event in after.log if event.kind is EventKind.BOLUS_ABANDONED)
    assert abandoned.detail == "SingleBolus, 200000 nL not given"


def test_a_dose_that_was_held_by_a_field_is_over_too() -> None:
    """The pump stays held until it is interrogated, and then the program runs, not the dose."""
    pump = move(updated(running(), Update(program=program(), bolus=SINGLE)), Trigger.HOLD)
    after = outage(pump)
    assert (after.state, after.bolus) == (State.HELD, None)


def test_a_patient_dose_is_not_given_twice() -> None:
    """After the outage the dose counts and its lockout holds; then none is given until the clock is set."""
    after = outage(later(obeying(on_request(), GivePatientDose()), MINUTE_MS))
    assert [given.by_patient for given in after.given] == [True]
    refused = machine.handle(after, GivePatientDose())
    assert isinstance(refused, Refusal)
    assert refused.code is RefusalCode.LOCKED_OUT
    free = later(after, 4 * HOUR_MS)
    refused = machine.handle(free, GivePatientDose())
    assert isinstance(refused, Refusal)
    assert refused.code is RefusalCode.NOT_INFUSING
    assert obeying(obeying(free, SetClock(clock_ms=free.now_ms)), GivePatientDose()).state is State.BOLUS


def test_a_schedule_runs_flat_until_the_clock_is_set() -> None:
    """Without the time of day no step is followed; with it the steps are there again."""
    after = outage(pumps()["flex"], DAY_MS)
    assert rate_now(after)[0] == (300_000 * 21 + 900_000 * 3) // 24
    assert flowed(after, DAY_MS) == (300_000 * 21 + 900_000 * 3) // 24
    known = obeying(after, SetClock(clock_ms=after.now_ms))
    assert rate_now(known)[0] == 300_000


@pytest.mark.parametrize("kind", [EventKind.STOPPED, EventKind.EMERGENCY_STOPPED])
def test_a_stopped_pump_stays_stopped(kind: EventKind) -> None:
    """The power does not start what somebody has stopped, and it nags for as long as it stood before."""
    pump = machine.stop(running(), kind)
    after = outage(later(pump, 47 * HOUR_MS), HOUR_MS)
    assert (after.state, after.state_since_ms) == (State.STOPPED, pump.state_since_ms)
    assert Alarm.STOPPED_TOO_LONG in sounding(after)
    assert (Alarm.EMERGENCY_STOP in sounding(after)) is (kind is EventKind.EMERGENCY_STOPPED)
    assert after.program == pump.program


def test_a_cut_by_the_limiter_outlives_the_power() -> None:
    """Its own memory says so, and where that is damaged the count does."""
    pump = sense(running(), RotorUnbiddenSensed())
    image = image_of(pump)
    for memory in (image, with_cell(image, LIMITER, b"")):
        after = woken(memory, pump)
        assert after.limiter is not None
        assert after.limiter.is_cut
        assert (after.state, flowed(after, DAY_MS)) == (State.STOPPED, 0)
        assert Alarm.LIMITER_CUT in sounding(after)


def test_the_limiter_remembers_the_day_before_the_outage() -> None:
    """What it saw still counts against the ceiling, and nothing that it had only counted ahead."""
    pump = later(running(SimpleContinuous(rate_nl_per_day=RATE), ceiling_nl_per_day=RATE), 90 * MINUTE_MS)
    after = outage(pump)
    assert after.limiter is not None
    assert [(drove.start_ms, drove.end_ms) for drove in after.limiter.window] == [(NEW_YEAR_MS, pump.now_ms)]
    assert flowed(after, 5 * DAY_MS) == 5 * RATE
    at_once = outage(running())
    assert at_once.limiter is not None
    assert at_once.limiter.window == ()


def test_a_limiter_of_an_older_update_is_armed_anew() -> None:
    """The power goes after the commit and before the limiter's cell: it is armed for what runs."""
    before = running(SimpleContinuous(rate_nl_per_day=100_000), ceiling_nl_per_day=100_000)
    after = updated(before, Update(program=program(ceiling_nl_per_day=700_000)))
    image = with_cell(image_of(after), LIMITER, image_of(before).cells[LIMITER])
    found = woken(image, after)
    assert found.limiter is not None
    assert found.limiter.ceiling_nl == 700_000
    assert flowed(found, DAY_MS) == RATE
    assert Alarm.MEMORY_FALLBACK not in sounding(found)


def test_an_end_of_service_is_for_good() -> None:
    """A spent pump that wakes is a spent pump, and it tests no memory."""
    pump = running()
    spent = later(pump, end_of_service_ms(pump) + 91 * DAY_MS - pump.now_ms)
    assert spent.state is State.END_OF_SERVICE
    after = outage(spent)
    assert (after.state, flowed(after, DAY_MS)) == (State.END_OF_SERVICE, 0)
    assert flip(spent, (0, 0), (1, 0)) == spent
    image = image_of(spent)
    unread = woken(with_cell(with_cell(image, BANKS[0], b""), BANKS[1], b""), spent)
    assert unread.state is State.END_OF_SERVICE


def test_a_pump_on_the_shelf_wakes_as_one() -> None:
    """Without a program there is none to lose: it stays unprogrammed, stopped, and takes its first update."""
    after = outage(new_pump())
    assert (after.state, after.program, after.revision, after.limiter) == (State.STOPPED, None, 0, None)
    assert Alarm.NO_PROGRAM not in sounding(after)
    assert flip(new_pump(), (0, 0), (1, 0)).state is State.STOPPED
    assert updated(after, Update(program=program(), reservoir_nl=20_000_000)).state is State.INFUSING


def test_what_was_staged_goes_with_the_power() -> None:
    """It was never committed: the commit after the outage finds nothing."""
    pump, update = running(), Update(program=program(FLEX))
    staged = machine.handle(pump, Stage(transaction_id="t9", onto_revision=pump.revision, update=update))
    assert isinstance(staged, Pump)
    refused = machine.handle(outage(staged), Commit(transaction_id="t9", digest=update.digest()))
    assert isinstance(refused, Refusal)
    assert refused.code is RefusalCode.NOTHING_STAGED


def test_a_commit_that_was_carried_out_is_still_known_by_its_name() -> None:
    """The same transaction after the outage changes nothing and is not refused."""
    pump = running()
    after = outage(pump)
    assert machine.handle(after, Commit(transaction_id=pump.transaction_id, digest=pump.update_digest)) == after


def test_a_reset_by_low_battery_keeps_its_minimum_rate() -> None:
    """The prescriber has not restarted it: neither does the power."""
    after = outage(sense(running(), LowBatteryReset()))
    assert after.state is State.MINIMUM_RATE
    assert Alarm.LOW_BATTERY_RESET in sounding(after)


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
    dark = outage(outage(after))
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


def test_a_commit_spares_the_bank_that_runs() -> None:
    """Whichever of the two is damaged, the power may go at any write of the next update: it is the old or the new."""
    before, after = pumps()["flex"], updated(pumps()["flex"], Update(program=program()))
    whole_image, _ = brought(before, after)
    for name in BANKS:
        image = turned(whole_image, name, 99)
        wanted = {whole(woken(image, after)), whole(woken(image_of(after), after))}
        assert {whole(woken(each, after)) for _, each in crashes(image, writes(image, after), torn_every=199)} == wanted


def test_a_damaged_line_makes_room() -> None:
    """Lines that cannot be read are counted, and their places are used or erased; then the memory is whole."""
    pump = running()
    for _ in range(12):
        pump = machine.note_access_refused(pump, "wrong emergency key")
    image = image_of(pump)
    for slot in (3, 4, 5, 12, 13):
        image = turned(image, f"log {slot}", 7)
    found = woken(image, pump)
    assert next(event for event in found.log if event.kind is EventKind.MEMORY_DAMAGED).detail == "5 of the log's lines"
    mended = contents(written(image, writes(image, found)))
    assert mended.damaged == ()
    assert mended.log == found.log


def test_a_full_log_uses_its_places_again() -> None:
    """The memory does not grow: a new line takes the place of the one that made room."""
    before = full_log()
    image = image_of(before)
    after = written(image, writes(image, machine.note_access_refused(before, "nurse: Stage")))
    assert len(after.cells) == len(image.cells) == LOG_LINES + 5
    assert contents(after).log == machine.note_access_refused(before, "nurse: Stage").log


def test_memory_of_another_class_of_pump_comes_back_too() -> None:
    """Whole pulses only: after an outage nothing that was owed is given beside the schedule."""
    pump = machine.manufacture(serial="V-2", pump_model=PROMETRA_20, now_ms=NEW_YEAR_MS)
    pump = later(updated(pump, Update(program=program(), reservoir_nl=20_000_000)), 50 * MINUTE_MS)
    after = outage(pump)
    assert (after.owed_nl, after.carry_nl_ms_per_day) == (0, 0)
    assert flowed(after, DAY_MS) == RATE
