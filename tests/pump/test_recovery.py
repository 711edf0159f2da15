"""What comes back after a loss of power, and what does not: nothing is made up for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import BOLUSES, MODES, NEW_YEAR_MS, ageless, new_pump, program, running, updated
from tests.pump.memories import (
    BRIDGE,
    FLEX,
    SINGLE,
    flowed,
    later,
    obeying,
    on_request,
    outage,
    pumps,
    sounding,
    with_cell,
    woken,
)

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import Bolus, SingleBolus
from thecal.pump.cells import BANKS, LIMITER, contents
from thecal.pump.commands import Commit, GivePatientDose, LowBatteryReset, RotorUnbiddenSensed, SetClock, Stage, Update
from thecal.pump.devices import PROMETRA_20
from thecal.pump.events import EventKind, verify_chain
from thecal.pump.infusion import InfusionMode, MinimumRate, SimpleContinuous, StopPump
from thecal.pump.journal import move
from thecal.pump.memory import Pump
from thecal.pump.recovery import flip, lose_power, restart, return_power
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.reservoir import rate_now
from thecal.pump.sensing import sense
from thecal.pump.service import end_of_service_ms
from thecal.pump.states import State, Trigger
from thecal.pump.writing import image_of
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

RATE = 600_000


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


@settings(max_examples=60, deadline=None)
@given(mode=MODES, bolus=BOLUSES, runs_ms=st.integers(0, 2 * DAY_MS), dark_ms=st.integers(0, 2 * DAY_MS))
def test_an_outage_costs_any_therapy_an_hour_at_most(
    mode: InfusionMode, bolus: Bolus | None, runs_ms: int, dark_ms: int
) -> None:
    """The program is the same; a bolus never has more left than before, and an hour of it less at most."""
    bolus = None if isinstance(mode, StopPump | MinimumRate) else bolus
    update = Update(program=program(mode), reservoir_nl=20_000_000, bolus=bolus)
    pump = later(updated(new_pump(), update), runs_ms)
    after = outage(pump, dark_ms)
    assert (after.program, after.revision) == (pump.program, pump.revision)
    if pump.bolus is None or isinstance(pump.bolus, SingleBolus):
        assert after.bolus is None
        assert after.state is (State.INFUSING if pump.bolus is not None else pump.state)
        return
    left_nl, hour_nl = pump.bolus_left_nl or 0, pump.bolus.rate_nl_per_day * HOUR_MS // DAY_MS + 1
    assert left_nl - hour_nl <= (after.bolus_left_nl or 0) <= left_nl
    assert after.state is (pump.state if after.bolus is not None else State.INFUSING)


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


def test_memory_of_another_class_of_pump_comes_back_too() -> None:
    """Whole pulses only: after an outage nothing that was owed is given beside the schedule."""
    pump = machine.manufacture(serial="V-2", pump_model=PROMETRA_20, now_ms=NEW_YEAR_MS)
    pump = later(updated(pump, Update(program=program(), reservoir_nl=20_000_000)), 50 * MINUTE_MS)
    after = outage(pump)
    assert (after.owed_nl, after.carry_nl_ms_per_day) == (0, 0)
    assert flowed(after, DAY_MS) == RATE
