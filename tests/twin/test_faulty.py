"""Whatever is planned to go wrong, every picogram is accounted for, and it does not matter how time was cut."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catheter.test_laws import faults as catheter_faults
from tests.mechanism.test_laws import FAULTS as METAL_FAULTS
from tests.pump.helpers import program, updated
from tests.twin.helpers import PATH_NL

from thecal.catheter import Catheter, filled
from thecal.catheter.faults import CatheterFault, Disconnection, Kink, Leak, Migration, Occlusion, Space, TipPlace
from thecal.flow import Segment
from thecal.mechanism import Metal
from thecal.mechanism.faults import (
    BitFlip,
    ClockDrift,
    ClockLost,
    Fault,
    OverDelivery,
    PocketFill,
    PowerCut,
    Runaway,
    Stall,
    WrongSyringe,
)
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Stop, Update
from thecal.pump.devices import PUMP_MODELS, PumpModel
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep
from thecal.pump.states import State
from thecal.twin import device as implant
from thecal.twin import hands
from thecal.twin.crystal import gained_after, true_segments
from thecal.twin.device import Device, Passage, opened
from thecal.units import DAY_MS, HOUR_MS

ML = 1_000_000
RATE = 600_000


def begun(
    *faults: Fault,
    path: tuple[CatheterFault, ...] = (),
    mode: object = None,
    model: PumpModel = PUMP_MODELS["Thecal reference pump 20 mL"],
    filled_ml: int = 20,
    ceiling_nl_per_day: int = 24 * ML,
) -> Device:
    """An implant that begins at time 0, with a plan of faults."""
    catheter: Catheter = replace(filled(PATH_NL, 500, port_nl=140_000), faults=path)
    pump = machine.manufacture(serial="T-1", pump_model=model, now_ms=0)
    device = opened(pump=pump, metal=Metal(faults=faults), catheter=catheter)
    device = hands.fill(device, volume_nl=filled_ml * ML, concentration_pg_per_nl=500)
    update = Update(program=program(mode, ceiling_nl_per_day=ceiling_nl_per_day), reservoir_nl=filled_ml * ML)
    return replace(device, pump=updated(device.pump, update))


def travelled(device: Device, to_ms: int) -> tuple[Device, list[Passage]]:
    """The implant later, with every stretch on the way."""
    passages = list(implant.travel(device, to_ms))
    return passages[-1].device, passages


@settings(max_examples=60, deadline=None)
@given(
    metal=st.lists(METAL_FAULTS, max_size=4),
    path=catheter_faults,
    cuts=st.lists(st.integers(1, 12 * DAY_MS - 1), max_size=4, unique=True),
    model=st.sampled_from(sorted(PUMP_MODELS)),
)
def test_drug_in_is_drug_out_and_drug_held_however_time_is_cut(
    metal: list[Fault], path: tuple[CatheterFault, ...], cuts: list[int], model: str
) -> None:
    """Twelve days under random plans, with a refill half way: the account closes, and every cut ends the same."""
    start = begun(*metal, path=path, model=PUMP_MODELS[model], filled_ml=18)

    def lived(cuts_ms: list[int]) -> Device:
        device = start
        for at_ms in sorted({*cuts_ms, 6 * DAY_MS, 12 * DAY_MS}):
            device, _ = implant.advance(device, at_ms)
            if at_ms == 6 * DAY_MS:
                device, _ = hands.refill(device, volume_nl=10 * ML, concentration_pg_per_nl=2_000)
        return device

    whole, pieces = lived([]), lived(cuts)
    assert whole == pieces
    assert whole.account.filled_pg == whole.held_pg + whole.account.left_pg


def test_a_leak_takes_its_share_and_the_pump_says_nothing() -> None:
    """Half of what passes the place is lost to the tissue; no alarm sounds, and the count is as ever."""
    leaking = begun(path=(Leak(start_ms=0, place_nl=200_000, per_mille=500),))
    later, passages = travelled(leaking, 10 * DAY_MS)
    tip_nl = sum(delivery.volume_nl for passage in passages for delivery in passage.deliveries)
    leaked_nl = sum(delivery.volume_nl for passage in passages for delivery in passage.leaked)
    assert tip_nl + leaked_nl == 10 * RATE
    assert abs(tip_nl - 5 * RATE) <= 1_000
    assert (later.pump.alarms, later.pump.reservoir_nl) == ((), 14 * ML)
    assert later.account.leaked_pg == 500 * leaked_nl


@pytest.mark.parametrize("fault", [Disconnection(start_ms=DAY_MS, place_nl=140_000), Occlusion(
    start_ms=DAY_MS, place_nl=300_000, compliance_nl=10_000)])  # fmt: skip
def test_a_parted_or_blocked_catheter_gives_nothing_and_the_pump_says_nothing(fault: CatheterFault) -> None:
    """After a day nothing reaches the fluid; only the residual at the next refill can tell them apart."""
    device, _ = implant.advance(begun(path=(fault,)), 11 * DAY_MS)
    assert device.account.tip_pg == 500 * RATE
    assert device.pump.alarms == ()
    blocked = isinstance(fault, Occlusion)
    _, drawn_nl = hands.withdraw(device)
    assert drawn_nl == (20 * ML - RATE - 10_000 if blocked else 20 * ML - 11 * RATE)
    assert device.account.leaked_pg == (0 if blocked else 500 * 10 * RATE)


def test_a_kink_that_opens_gives_what_it_stored_as_a_bolus() -> None:
    """Thirty microlitres under pressure leave within the minute, beside the infusion, and the drug is all there."""
    kink = Kink(start_ms=DAY_MS, end_ms=2 * DAY_MS, place_nl=300_000, compliance_nl=30_000)
    device, _ = implant.advance(begun(path=(kink,)), 2 * DAY_MS)
    after, deliveries = implant.advance(device, 2 * DAY_MS + HOUR_MS)
    minute_pg = sum(each.mass_pg for each in deliveries if each.end_ms <= 2 * DAY_MS + 60_000)
    assert minute_pg >= 30_000 * 500
    assert after.account.tip_pg == 500 * (RATE + 30_000 + RATE // 24)


def test_a_tip_outside_the_fluid_treats_nobody() -> None:
    """What leaves it is no delivery any more, though pump and reservoir say that all is well."""
    moved = Migration(at_ms=DAY_MS, tip=TipPlace(space=Space.SUBDURAL))
    device, passages = travelled(begun(path=(moved,)), 3 * DAY_MS)
    assert sum(each.mass_pg for passage in passages for each in passage.deliveries) == 500 * RATE
    assert device.account.astray_pg == 2 * 500 * RATE
    assert device.pump.alarms == ()


def test_a_pump_that_gives_more_is_empty_before_it_says_so() -> None:
    """Half as much again: the reservoir is truly dry on day 22, and the pump counts 6.8 mL and sounds nothing."""
    device = begun(OverDelivery(start_ms=0, full_ms=1, per_mille=500))
    dry, _ = implant.advance(device, 23 * DAY_MS)
    assert dry.metal.reservoir_nl == 0
    assert (dry.pump.alarms, dry.pump.reservoir_nl) == ((), 20 * ML - 23 * RATE)


def test_a_motor_that_runs_away_is_cut_as_soon_as_it_is_sensed() -> None:
    """One second of a runaway at full speed is 278 nL; then the limiter takes the current away, and the alarm stays."""
    away = Runaway(start_ms=DAY_MS, end_ms=None, rate_nl_per_day=24 * ML, sensed_after_ms=1_000)
    device, _ = implant.advance(begun(away), 5 * DAY_MS)
    assert device.pump.state is State.STOPPED
    assert {active.alarm for active in device.pump.alarms} == {Alarm.LIMITER_CUT, Alarm.STOPPED_TOO_LONG}
    truly_nl = 20 * ML - device.metal.reservoir_nl
    assert RATE + 277 <= truly_nl <= RATE + 278 + 7


def test_a_pocket_fill_leaves_the_pump_none_the_wiser() -> None:
    """All of the drug lies beside the port; the account says so, and the pump counts a full reservoir."""
    device = begun(PocketFill(at_ms=0, per_mille=1_000), filled_ml=1)
    assert device.account.pocket_pg == 500 * ML
    assert device.metal.reservoir_nl == 0
    assert device.pump.reservoir_nl == ML


def test_a_wrong_syringe_is_what_the_patient_gets() -> None:
    """The label says 500, the fluid is 2000: four times the dose, and the pump's own dose is what was ordered."""
    device, _ = implant.advance(begun(WrongSyringe(at_ms=0, concentration_pg_per_nl=2_000)), DAY_MS)
    assert device.account.tip_pg == 500 * PATH_NL + 2_000 * (RATE - PATH_NL)
    assert machine.dose_pg_per_day(device.pump) == 500 * RATE


def test_a_dye_push_without_aspiration_gives_the_whole_catheter_at_once() -> None:
    """Aspirated first, the same push gives no drug at all."""
    device = begun()
    pushed, out = hands.inject(device, volume_nl=195_800, over_ms=60_000, concentration_pg_per_nl=0)
    assert sum(each.mass_pg for each in out) == 500 * 195_800 == pushed.account.tip_pg
    emptied, drawn_nl = hands.aspirate(device, volume_nl=300_000)
    assert drawn_nl == 300_000
    after, out = hands.inject(emptied, volume_nl=195_800, over_ms=60_000, concentration_pg_per_nl=0)
    assert sum(each.mass_pg for each in out) == 0
    assert after.account.filled_pg == after.held_pg + after.account.left_pg


@pytest.mark.parametrize("per_million", [-100, -1, 1, 100])
def test_the_crystal_gains_what_it_gains_and_the_schedule_with_it(per_million: int) -> None:
    """A hundred parts in a million are 8.64 seconds a day; the day's steps and its total move with the pump's clock."""
    day = FlexDay(
        steps=(FlexStep(start_ms=0, rate_nl_per_day=100_000), FlexStep(start_ms=12 * HOUR_MS, rate_nl_per_day=900_000))
    )
    drift = ClockDrift(start_ms=0, end_ms=None, per_million=per_million)
    device, passages = travelled(begun(drift, mode=FlexSchedule(days=(day,))), 10 * DAY_MS)
    ahead_ms = 10 * DAY_MS * per_million // 1_000_000
    assert (device.now_ms, device.pump.now_ms) == (10 * DAY_MS, 10 * DAY_MS + ahead_ms)
    given_nl = sum(each.volume_nl for passage in passages for each in passage.deliveries)
    edge_nl = abs(ahead_ms) * 900_000 // DAY_MS + 2
    assert abs(given_nl - 10 * 500_000) <= edge_nl


@settings(max_examples=50, deadline=None)
@given(
    per_million=st.integers(-100, 100),
    cuts=st.lists(st.integers(1, 3 * DAY_MS - 1), max_size=5, unique=True),
)
def test_the_crystal_counts_the_same_however_time_is_cut(per_million: int, cuts: list[int]) -> None:
    """The pump's count at an instant is a function of the instant."""
    gained = 0
    for at_ms, before_ms in zip([*sorted(cuts), 3 * DAY_MS], [0, *sorted(cuts)], strict=True):
        gained = gained_after(gained, at_ms - before_ms, per_million)
    assert gained == gained_after(0, 3 * DAY_MS, per_million)


def test_a_segment_too_short_for_true_time_gives_its_volume_to_its_neighbour() -> None:
    """A crystal that gains counts more milliseconds than there are; no volume is lost among them."""
    commanded = tuple(Segment(start_ms=at_ms, end_ms=at_ms + 1, volume_nl=7) for at_ms in range(11))
    flowing = true_segments(commanded, 0, 0, 10 * 100_000, 0, 10)
    assert sum(segment.volume_nl for segment in flowing) == 77
    assert all(0 <= segment.start_ms < segment.end_ms <= 10 for segment in flowing)


def test_a_pump_that_lost_the_time_runs_flat_and_says_so() -> None:
    """The day's mean, without steps, right after the day's peak and under the order's own ceiling: nothing cuts it."""
    day = FlexDay(
        steps=(FlexStep(start_ms=0, rate_nl_per_day=100_000), FlexStep(start_ms=12 * HOUR_MS, rate_nl_per_day=900_000))
    )
    device = begun(ClockLost(at_ms=DAY_MS), mode=FlexSchedule(days=(day,)), ceiling_nl_per_day=500_000)
    device, _ = implant.advance(device, 2 * DAY_MS)
    before_nl = device.pump.delivered_nl
    later, _ = implant.advance(device, 2 * DAY_MS + 6 * HOUR_MS)
    assert later.pump.delivered_nl - before_nl == 125_000
    assert Alarm.CLOCK_UNKNOWN in {active.alarm for active in later.pump.alarms}


@settings(max_examples=30, deadline=None)
@given(cut_ms=st.integers(1, 4 * DAY_MS), lasts_ms=st.integers(1, 3 * DAY_MS))
def test_after_an_outage_nothing_is_caught_up_and_the_pump_says_what_it_does_not_know(
    cut_ms: int, lasts_ms: int
) -> None:
    """What flowed is the schedule less the outage; the program goes on, the hour is unknown, the count is low."""
    device, _ = implant.advance(begun(PowerCut(start_ms=cut_ms, end_ms=cut_ms + lasts_ms)), 8 * DAY_MS)
    truly_nl = 20 * ML - device.metal.reservoir_nl
    assert abs(truly_nl - RATE * (8 * DAY_MS - lasts_ms) // DAY_MS) <= 2
    assert device.pump.state is State.INFUSING
    assert {active.alarm for active in device.pump.alarms} == {Alarm.CLOCK_UNKNOWN}
    assert 0 <= device.metal.reservoir_nl - device.pump.reservoir_nl <= RATE // 24 + 2


@pytest.mark.parametrize("bit", [0, 7, 1_000, 4_001])
def test_a_flipped_bit_is_found_within_the_hour_and_no_dose_changes(bit: int) -> None:
    """One bank damaged: the other one runs, which holds the same program."""
    flip = BitFlip(at_ms=HOUR_MS + 1, cell=0, bit=bit)
    healthy, _ = implant.advance(begun(), 3 * DAY_MS)
    device, _ = implant.advance(begun(flip), 3 * DAY_MS)
    (told,) = device.pump.alarms
    assert (told.alarm, told.since_ms) == (Alarm.MEMORY_FALLBACK, 2 * HOUR_MS)
    assert device.account == healthy.account
    assert device.pump.program == healthy.pump.program


def test_two_banks_damaged_at_once_stop_the_pump_rather_than_let_it_guess() -> None:
    """Within the hour: no program can be read, the critical alarm sounds, nothing more flows."""
    flips = (BitFlip(at_ms=HOUR_MS + 1, cell=0, bit=9), BitFlip(at_ms=HOUR_MS + 1, cell=1, bit=9))
    device, _ = implant.advance(begun(*flips), 3 * DAY_MS)
    assert device.pump.state is State.STOPPED
    assert Alarm.NO_PROGRAM in {active.alarm for active in device.pump.alarms}
    assert device.account.tip_pg == 500 * (2 * RATE // 24)


def test_a_stall_of_a_stopped_pump_is_seen_only_when_it_should_turn_again() -> None:
    """Stopped before a scan, a pump cannot tell that its rotor was caught; restarted, it says so at once."""
    device = begun(Stall(start_ms=DAY_MS, end_ms=5 * DAY_MS))
    stopped = implant.command(device, Stop())
    assert isinstance(stopped, Device)
    later, _ = implant.advance(stopped, 2 * DAY_MS - HOUR_MS)
    assert later.pump.alarms == ()
    running = replace(later, pump=updated(later.pump, Update(program=program()), "again"))
    told, _ = implant.advance(running, running.now_ms + 1)
    assert [active.alarm for active in told.pump.alarms] == [Alarm.MOTOR_STALL]


def test_a_bit_that_turns_over_in_the_dark_is_found_when_the_power_is_back() -> None:
    """No hour of self-test is skipped because the pump was dark in it."""
    flip = BitFlip(at_ms=HOUR_MS + 1, cell=0, bit=9)
    device, _ = implant.advance(begun(flip, PowerCut(start_ms=HOUR_MS, end_ms=3 * HOUR_MS)), DAY_MS)
    assert Alarm.MEMORY_FALLBACK in {active.alarm for active in device.pump.alarms}
    assert device.pump.state is State.INFUSING
