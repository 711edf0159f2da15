"""The pump's laws: exact delivery, no difference however time is cut, refusals that change nothing."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import BOLUSES, MODES, NEW_YEAR_MS, ageless, new_pump, oracle_volume, program, running, updated

from thecal.canonical import from_plain, to_plain
from thecal.errors import TheirFault
from thecal.flow import Segment
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import BridgeBolus, SingleBolus
from thecal.pump.commands import Commit, Interrogate, MotorRecoverySensed, MotorStallSensed, Stage, Stop, Update
from thecal.pump.devices import REFERENCE_20
from thecal.pump.events import LOG_LINES, EventKind, verify_chain
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, MinimumRate, SimpleContinuous, StopPump
from thecal.pump.memory import Pump, as_read
from thecal.pump.refusals import REMEDIES, Refusal, RefusalCode
from thecal.pump.states import TRANSITIONS, State, Trigger
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

SPANS = st.lists(st.integers(1, 40 * DAY_MS), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(mode=MODES, bolus=BOLUSES, spans=SPANS, offset=st.integers(-840, 840))
def test_time_may_be_cut_anywhere(mode: object, bolus: object, spans: list[int], offset: int) -> None:
    """However an interval is cut, the pump ends the same and commanded the same volume."""
    if isinstance(mode, StopPump | MinimumRate):
        bolus = None
    update = Update(program=program(mode, utc_offset_min=offset), reservoir_nl=20_000_000, bolus=bolus)  # type: ignore[arg-type] # drawn as object
    start = updated(new_pump(), update)
    whole, flow = machine.advance(start, start.now_ms + sum(spans))
    cut = start
    pieces: list[Segment] = []
    for span in spans:
        cut, more = machine.advance(cut, cut.now_ms + span)
        pieces += more
    assert cut == whole
    assert sum(segment.volume_nl for segment in pieces) == sum(segment.volume_nl for segment in flow)


@settings(max_examples=60, deadline=None)
@given(mode=MODES, elapsed_ms=st.integers(1, 20 * DAY_MS), offset=st.integers(-840, 840))
def test_delivery_is_the_exact_fraction_rounded_down(mode: object, elapsed_ms: int, offset: int) -> None:
    """At any instant the total is the exact fraction, floored: less than one nanolitre is ever owed."""
    start = running(mode, utc_offset_min=offset)
    end, flow = machine.advance(start, start.now_ms + elapsed_ms)
    exact = oracle_volume(mode, start.now_ms, elapsed_ms, offset, REFERENCE_20.minimum_rate_nl_per_day)
    assert end.delivered_nl == int(exact)
    assert sum(segment.volume_nl for segment in flow) == int(exact)
    assert end.reservoir_nl == max(0, 20_000_000 - int(exact))


def test_nothing_drifts_in_ten_years() -> None:
    """Ten years of an awkward rate, cut into 10 000 pieces, lose less than one nanolitre."""
    start = ageless(running(SimpleContinuous(rate_nl_per_day=123_457)))
    pump, span = start, 3_650 * DAY_MS // 10_000
    for _ in range(10_000):
        pump, _ = machine.advance(pump, pump.now_ms + span)
    assert pump.delivered_nl == 123_457 * 10_000 * span // DAY_MS


@given(mode=MODES, elapsed_ms=st.integers(1, 10 * DAY_MS))
@settings(max_examples=30, deadline=None)
def test_segments_are_in_order_and_never_overlap(mode: object, elapsed_ms: int) -> None:
    """Commanded flow is a sequence in time."""
    start = running(mode)
    _, flow = machine.advance(start, start.now_ms + elapsed_ms)
    assert all(earlier.end_ms <= later.start_ms for earlier, later in pairwise(flow))


def test_a_bridge_ends_by_delivered_volume_and_infusion_resumes() -> None:
    """TV-D01: 0.3358 mL at 0.6 mL/day take 13 h 26 min (13.432 h), then the program runs at 0.15 mL/day."""
    bridge = BridgeBolus(volume_nl=335_800, rate_nl_per_day=600_000, concentration_pg_per_nl=500)
    new = program(SimpleContinuous(rate_nl_per_day=150_000), concentration_pg_per_nl=2_000)
    pump = updated(running(), Update(program=new, reservoir_nl=20_000_000, bolus=bridge))
    assert pump.state is State.BRIDGING
    before, _ = machine.advance(pump, pump.now_ms + 48_355_199)
    after, flow = machine.advance(before, before.now_ms + 1)
    assert (before.state, after.state) == (State.BRIDGING, State.INFUSING)
    assert after.delivered_nl - pump.delivered_nl == 335_800
    _, flow = machine.advance(after, after.now_ms + DAY_MS)
    assert [segment.volume_nl for segment in flow] == [150_000]


def test_a_single_bolus_never_ends_in_a_stopped_pump() -> None:
    """After a single bolus the program runs as before, untouched."""
    start = running()
    bolus = SingleBolus(volume_nl=60_000, rate_nl_per_day=1_440_000)
    pump, _ = machine.advance(updated(start, Update(program=program(), bolus=bolus)), start.now_ms + 2 * HOUR_MS)
    assert pump.state is State.INFUSING
    assert pump.program == start.program


def test_a_bolus_ending_leads_only_to_infusing() -> None:
    """No row of the table takes the end of a bolus anywhere but to the infusion."""
    ends = {after for (_, trigger), after in TRANSITIONS.items() if trigger is Trigger.BOLUS_ENDED}
    assert ends == {State.INFUSING}


@pytest.mark.parametrize("state", list(State))
def test_stop_and_interrogate_are_accepted_in_every_state(state: State) -> None:
    """Stopping is never blocked, and reading changes nothing, but that it lets go what a field held."""
    pump = replace(running(), state=state)
    stopped = machine.handle(pump, Stop())
    assert isinstance(stopped, Pump)
    assert stopped.state in {State.STOPPED, State.END_OF_SERVICE}
    read = machine.handle(pump, Interrogate())
    assert isinstance(read, Pump)
    assert (read == pump) is (state is not State.HELD)
    assert read.state is (State.INFUSING if state is State.HELD else state)


def test_low_and_empty_alarms_come_at_the_calculated_instants() -> None:
    """TV-D09: 350 mcg/day of 2000 from 20 mL: low after 102.857 d, empty after 114.286 d, and the pump goes on."""
    start = running(SimpleContinuous(rate_nl_per_day=175_000), concentration_pg_per_nl=2_000)
    read = machine.interrogate(start)
    assert read.dose_pg_per_day == 350_000_000
    assert read.low_reservoir_ms is not None
    assert read.empty_ms is not None
    assert round((read.low_reservoir_ms - start.now_ms) / DAY_MS, 3) == 102.857
    assert round((read.empty_ms - start.now_ms) / DAY_MS, 3) == 114.286
    pump, _ = machine.advance(start, start.now_ms + 120 * DAY_MS)
    since = {active.alarm: active.since_ms for active in pump.alarms}
    assert since == {Alarm.LOW_RESERVOIR: read.low_reservoir_ms, Alarm.EMPTY_RESERVOIR: read.empty_ms}
    assert pump.state is State.INFUSING
    assert pump.reservoir_nl == 0


@settings(max_examples=40, deadline=None)
@given(mode=MODES, bolus=BOLUSES, offset=st.integers(-840, 840))
def test_the_predicted_dates_are_those_that_happen(mode: object, bolus: object, offset: int) -> None:
    """What an interrogation says of the reservoir is what running the pump shows, to the millisecond."""
    if isinstance(mode, StopPump | MinimumRate):
        bolus = None
    update = Update(program=program(mode, utc_offset_min=offset), reservoir_nl=5_000_000, bolus=bolus)  # type: ignore[arg-type] # drawn as object
    start = updated(new_pump(), update)
    low_ms = machine.interrogate(start).low_reservoir_ms
    if low_ms is None:
        assert isinstance(mode, StopPump)
        return
    before, _ = machine.advance(start, low_ms - 1)
    reached, _ = machine.advance(before, low_ms)
    assert not before.alarms
    assert reached.alarms[0].alarm is Alarm.LOW_RESERVOIR


def test_a_refill_clears_the_reservoir_alarms() -> None:
    """A new volume in the reservoir silences what the old one caused."""
    dry, _ = machine.advance(running(), NEW_YEAR_MS + 40 * DAY_MS)
    assert dry.alarms
    assert updated(dry, Update(program=program(), reservoir_nl=20_000_000)).alarms == ()


def test_a_pump_stopped_for_48_hours_sounds_the_critical_alarm() -> None:
    """Stopped keeps nagging: at 48 h to the millisecond, beeping every ten minutes from then on."""
    stopped = machine.handle(running(), Stop())
    assert isinstance(stopped, Pump)
    before, _ = machine.advance(stopped, stopped.now_ms + 48 * HOUR_MS - 1)
    after, _ = machine.advance(before, before.now_ms + 1)
    assert before.alarms == ()
    (nag,) = after.alarms
    assert nag.alarm is Alarm.STOPPED_TOO_LONG
    assert nag.alarm.is_critical
    assert nag.beeps(after.now_ms) == 0
    assert nag.beeps(after.now_ms + 1) == 1
    assert nag.beeps(after.now_ms + HOUR_MS) == 6


def test_the_emergency_key_is_heard_at_once_and_until_the_next_update() -> None:
    """A stop by the key sounds from that instant; another stop does not silence it, an update does."""
    start = running()
    by_key = machine.stop(start, EventKind.EMERGENCY_STOPPED)
    assert [(active.alarm, active.since_ms) for active in by_key.alarms] == [(Alarm.EMERGENCY_STOP, start.now_ms)]
    assert Alarm.EMERGENCY_STOP.is_critical
    again = machine.handle(by_key, Stop())
    assert isinstance(again, Pump)
    assert again.alarms == by_key.alarms
    assert as_read(machine.interrogate(by_key)).standing == (Alarm.EMERGENCY_STOP,)
    assert updated(by_key, Update(program=program())).alarms == ()
    by_command = machine.handle(start, Stop())
    assert isinstance(by_command, Pump)
    assert by_command.alarms == ()


def test_a_shelf_pump_nags_nobody() -> None:
    """A pump that was never programmed has no reservoir and no stop to complain of."""
    pump, _ = machine.advance(new_pump(), NEW_YEAR_MS + 100 * DAY_MS)
    assert pump.alarms == ()


def test_the_battery_asks_90_days_before_it_ends_and_then_delivery_stops() -> None:
    """Indicator, 90 days, end of service: critical, no flow, nothing can be programmed, stop is still accepted."""
    start = running(SimpleContinuous(rate_nl_per_day=48_000))
    indicator_ms = machine.interrogate(start).indicator_ms
    at_indicator, _ = machine.advance(start, indicator_ms)
    assert Alarm.REPLACEMENT_INDICATOR in {active.alarm for active in at_indicator.alarms}
    ended, _ = machine.advance(at_indicator, indicator_ms + 90 * DAY_MS)
    assert ended.state is State.END_OF_SERVICE
    later, flow = machine.advance(ended, ended.now_ms + DAY_MS)
    assert flow == ()
    refusal = machine.handle(later, Stage(transaction_id="x", onto_revision=1, update=Update(program=program())))
    assert isinstance(refusal, Refusal)
    assert refusal.code is RefusalCode.END_OF_SERVICE


def test_a_stall_is_tried_not_counted_and_never_caught_up() -> None:
    """While the motor is sensed to stand, nothing is counted; afterwards the program runs on at its own rate."""
    stalled = machine.sense(running(), MotorStallSensed())
    assert {active.alarm for active in stalled.alarms} == {Alarm.MOTOR_STALL}
    still, tried = machine.advance(stalled, stalled.now_ms + DAY_MS)
    assert sum(segment.volume_nl for segment in tried) == 600_000
    assert still.reservoir_nl == stalled.reservoir_nl
    again = machine.sense(still, MotorRecoverySensed())
    assert again.alarms == ()
    _, flow = machine.advance(again, again.now_ms + DAY_MS)
    assert sum(segment.volume_nl for segment in flow) == 600_000
    kinds = [event.kind for event in again.log]
    assert kinds.count(EventKind.MOTOR_STALLED) == kinds.count(EventKind.MOTOR_RECOVERED) == 1


def test_flex_follows_local_time_and_weekday() -> None:
    """Wednesday 00:00 UTC is Wednesday 01:00 an hour east; a weekday schedule delivers each day's own total."""
    quiet = FlexDay(steps=(FlexStep(start_ms=0, rate_nl_per_day=100_000),))
    busy = FlexDay(
        steps=(
            FlexStep(start_ms=0, rate_nl_per_day=100_000),
            FlexStep(start_ms=23 * HOUR_MS, rate_nl_per_day=2_400_000),
        )
    )
    wednesday_only = FlexSchedule(days=(quiet, quiet, busy, quiet, quiet, quiet, quiet))
    pump = running(wednesday_only, utc_offset_min=60)
    _, before = machine.advance(pump, NEW_YEAR_MS + 22 * HOUR_MS)
    _, flow = machine.advance(pump, NEW_YEAR_MS + 23 * HOUR_MS)
    burst_nl = sum(segment.volume_nl for segment in flow) - sum(segment.volume_nl for segment in before)
    assert 99_999 <= burst_nl <= 100_001


def test_no_log_line_can_be_edited_removed_or_reordered_unseen() -> None:
    """The chain breaks at any change, and the head pins the end."""
    pump, _ = machine.advance(running(), NEW_YEAR_MS + 60 * DAY_MS)
    verify_chain(pump.log, head=pump.log_head)
    for index, event in enumerate(pump.log):
        with pytest.raises(TheirFault):
            verify_chain((*pump.log[:index], replace(event, at_ms=1), *pump.log[index + 1 :]), head=pump.log_head)
    for index in range(1, len(pump.log)):
        with pytest.raises(TheirFault):
            verify_chain((*pump.log[:index], *pump.log[index + 1 :]), head=pump.log_head)
    with pytest.raises(TheirFault):
        verify_chain(pump.log[::-1], head=pump.log_head)


def test_the_log_keeps_a_chain_however_long_it_grows() -> None:
    """Old lines go first; what stays still verifies."""
    pump = running()
    for _ in range(LOG_LINES):
        pump = machine.note_access_refused(pump, "wrong key")
    assert len(pump.log) == LOG_LINES
    verify_chain(pump.log, head=pump.log_head)


@settings(max_examples=40, deadline=None)
@given(mode=MODES, elapsed_ms=st.integers(0, 30 * DAY_MS))
def test_memory_survives_being_written_down(mode: object, elapsed_ms: int) -> None:
    """A pump read back from its plain form is the same pump."""
    pump, _ = machine.advance(running(mode), NEW_YEAR_MS + elapsed_ms)
    assert from_plain(Pump, to_plain(pump)) == pump


REFUSED = [
    (Update(program=program(SimpleContinuous(rate_nl_per_day=47_999))), RefusalCode.RATE_BELOW_DEVICE),
    (Update(program=program(SimpleContinuous(rate_nl_per_day=24_000_001))), RefusalCode.RATE_ABOVE_DEVICE),
    (Update(program=program(), reservoir_nl=20_000_001), RefusalCode.RESERVOIR_ABOVE_CAPACITY),
    (Update(program=program(), reservoir_nl=-1), RefusalCode.RESERVOIR_ABOVE_CAPACITY),
    (
        Update(program=program(), reservoir_nl=59_999, bolus=SingleBolus(volume_nl=60_000, rate_nl_per_day=600_000)),
        RefusalCode.VOLUME_ABOVE_RESERVOIR,
    ),
    (Update(program=replace(program(), low_reservoir_alarm_nl=20_000_001)), RefusalCode.ALARM_ABOVE_CAPACITY),
    (
        Update(program=program(MinimumRate()), bolus=SingleBolus(volume_nl=1, rate_nl_per_day=600_000)),
        RefusalCode.BOLUS_NEEDS_INFUSION,
    ),
]


@pytest.mark.parametrize(("update", "code"), REFUSED)
def test_the_pump_itself_refuses_what_it_cannot_do(update: Update, code: RefusalCode) -> None:
    """Each value just outside the device's limits is answered by its own code; a refusal is not a pump."""
    refusal = machine.handle(running(), Stage(transaction_id="x", onto_revision=1, update=update))
    assert isinstance(refusal, Refusal)
    assert refusal.code is code
    assert refusal.remedy


@pytest.mark.parametrize("rate", [48_000, 48_001, 23_999_999, 24_000_000])
def test_the_device_limits_themselves_are_allowed(rate: int) -> None:
    """A limit is inclusive."""
    assert running(SimpleContinuous(rate_nl_per_day=rate)).state is State.INFUSING


def test_a_stale_read_out_cannot_be_updated_upon() -> None:
    """Somebody else's update in between is found out."""
    refusal = machine.handle(running(), Stage(transaction_id="x", onto_revision=0, update=Update(program=program())))
    assert isinstance(refusal, Refusal)
    assert refusal.code is RefusalCode.STALE_REVISION


def test_a_commit_names_what_was_reviewed_and_only_once() -> None:
    """Nothing staged, another digest, an old stage, a reused id: each refused; a repeated commit changes nothing."""
    start, update = running(), Update(program=program(SimpleContinuous(rate_nl_per_day=660_000)))
    commit = Commit(transaction_id="x", digest=update.digest())
    assert _code(machine.handle(start, commit)) is RefusalCode.NOTHING_STAGED
    staged = machine.handle(start, Stage(transaction_id="x", onto_revision=1, update=update))
    assert isinstance(staged, Pump)
    assert replace(staged, staged=None) == start, "staging leaves the running program bit for bit"
    assert machine.interrogate(staged).staged_digest == update.digest()
    assert _code(machine.handle(staged, replace(commit, digest="0" * 64))) is RefusalCode.DIGEST_DIFFERS
    at_limit, _ = machine.advance(staged, staged.now_ms + 10 * MINUTE_MS)
    assert isinstance(machine.handle(at_limit, commit), Pump)
    late, _ = machine.advance(staged, staged.now_ms + 10 * MINUTE_MS + 1)
    assert _code(machine.handle(late, commit)) is RefusalCode.STAGE_EXPIRED
    assert machine.interrogate(late).staged_digest is None
    done = machine.handle(staged, commit)
    assert isinstance(done, Pump)
    assert machine.handle(done, commit) == done
    assert _code(machine.handle(done, replace(commit, digest="0" * 64))) is RefusalCode.TRANSACTION_REUSED


def _code(answer: Pump | Refusal) -> RefusalCode:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_every_refusal_says_what_to_do() -> None:
    """No code without a remedy, and waiting helps only where time is what is missing."""
    assert set(REMEDIES) == set(RefusalCode)
    waits = {RefusalCode.RATE_LIMITED, RefusalCode.LOCKED_OUT, RefusalCode.NO_POWER}
    assert {code for code in RefusalCode if code.is_transient()} == waits


def test_a_reading_at_the_skin_tells_no_identity() -> None:
    """Dose, concentration, mode and alarms; no serial number, no log, no program."""
    reading = machine.read_skin(running())
    assert "T-1" not in str(to_plain(reading))
    assert (reading.dose_pg_per_day, reading.concentration_pg_per_nl) == (300_000_000, 500)


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (FlexStep(start_ms=1, rate_nl_per_day=48_000),),
        tuple(FlexStep(start_ms=hour * HOUR_MS, rate_nl_per_day=48_000) for hour in range(14)),
        (FlexStep(start_ms=0, rate_nl_per_day=48_000), FlexStep(start_ms=0, rate_nl_per_day=50_000)),
        (
            FlexStep(start_ms=0, rate_nl_per_day=48_000),
            FlexStep(start_ms=9, rate_nl_per_day=48_000),
            FlexStep(start_ms=5, rate_nl_per_day=48_000),
        ),
    ],
)
def test_a_day_with_a_gap_an_overlap_or_too_many_steps_cannot_be_written(steps: tuple[FlexStep, ...]) -> None:
    """No first step at midnight, fourteen steps, two at one instant, or out of order: not a day."""
    with pytest.raises(AssertionError):
        FlexDay(steps=steps)
