"""Truth and belief on one clock: drug is conserved, time may be cut, a stall opens a gap that nothing closes."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import MODES, program
from tests.twin.helpers import NEW_YEAR_MS, PATH_NL, committed, implanted, with_stalls

from thecal.catheter import filled
from thecal.flow import Delivery, held_pg
from thecal.mechanism import Stall, fill, withdraw
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import BridgeBolus
from thecal.pump.commands import Update
from thecal.pump.events import EventKind
from thecal.pump.infusion import SimpleContinuous
from thecal.twin import device as implant
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS


def doses(deliveries: tuple[Delivery, ...], start_ms: int, end_ms: int) -> int:
    """The drug that left the tip within a window that cuts no delivery unevenly, pg."""
    return sum(
        out.mass_pg * (min(out.end_ms, end_ms) - max(out.start_ms, start_ms)) // (out.end_ms - out.start_ms)
        for out in deliveries
        if out.end_ms > start_ms and out.start_ms < end_ms
    )


@settings(max_examples=40, deadline=None)
@given(
    mode=MODES,
    spans=st.lists(st.integers(1, 20 * DAY_MS), min_size=1, max_size=4),
    stall=st.tuples(st.integers(0, 30 * DAY_MS), st.integers(1, 5 * DAY_MS), st.integers(0, 3 * HOUR_MS)),
)
def test_drug_in_is_drug_out_plus_drug_held(mode: object, spans: list[int], stall: tuple[int, int, int]) -> None:
    """To the picogram, and the same however time is cut."""
    at, lasts, sensed = stall
    fault = Stall(start_ms=NEW_YEAR_MS + at, end_ms=NEW_YEAR_MS + at + lasts, sensed_after_ms=sensed)
    start = with_stalls(implanted(mode), fault)
    whole, out = implant.advance(start, start.now_ms + sum(spans))
    assert start.held_pg == whole.held_pg + sum(delivery.mass_pg for delivery in out)
    cut, pieces = start, 0
    for span in spans:
        cut, more = implant.advance(cut, cut.now_ms + span)
        pieces += sum(delivery.mass_pg for delivery in more)
    assert cut == whole
    assert pieces == sum(delivery.mass_pg for delivery in out)


def concentration_change(catheter_nl: int, *, bridge: bool) -> tuple[Device, tuple[Delivery, ...]]:
    """500 → 2000 mcg/mL at 300 mcg/day with the path on record 0.3358 mL and truly `catheter_nl` + tubing."""
    device = replace(implanted(), catheter=filled(catheter_nl + 140_000, 500))
    metal, _ = withdraw(device.metal)
    metal, _ = fill(metal, at_ms=device.now_ms, volume_nl=20_000_000, concentration_pg_per_nl=2_000)
    device = replace(device, metal=metal)
    over = BridgeBolus(volume_nl=PATH_NL, rate_nl_per_day=600_000, concentration_pg_per_nl=500) if bridge else None
    new = program(SimpleContinuous(rate_nl_per_day=150_000), concentration_pg_per_nl=2_000)
    device = committed(device, Update(program=new, reservoir_nl=20_000_000, bolus=over), "t2")
    return implant.advance(device, device.now_ms + 5 * DAY_MS)


def test_a_right_bridge_keeps_the_dose_at_the_tip() -> None:
    """TV-D01: 300 mcg/day at the tip before, during and after the bridge."""
    _, out = concentration_change(195_800, bridge=True)
    for day in range(4):
        start_ms = NEW_YEAR_MS + day * DAY_MS
        assert abs(doses(out, start_ms, start_ms + DAY_MS) - 300_000_000) <= 2_000


def test_without_a_bridge_the_tip_gets_a_quarter_for_53_h_44_min() -> None:
    """TV-D01, no bridge: 75 mcg/day until the path is emptied of the old drug."""
    _, out = concentration_change(195_800, bridge=False)
    first, later = out[0], out[1]
    assert first.end_ms - first.start_ms == PATH_NL * DAY_MS // 150_000
    assert round((first.end_ms - first.start_ms) / MINUTE_MS) == 53 * 60 + 44
    assert round(first.mass_pg / (first.end_ms - first.start_ms) * DAY_MS) == 75_000_000
    assert round(later.mass_pg / (later.end_ms - later.start_ms) * DAY_MS) == 300_000_000


def test_a_catheter_shorter_than_on_record_overruns() -> None:
    """Cut to 60 cm, 89 cm on record: for 29 cm x 0.0022 mL the new drug leaves at the bridge's rate, 4 x the dose."""
    _, out = concentration_change(60 * 2_200, bridge=True)
    overrun = out[1]
    assert overrun.volume_nl == 29 * 2_200
    assert round(overrun.mass_pg / (overrun.end_ms - overrun.start_ms) * DAY_MS) == 1_200_000_000
    assert round((overrun.end_ms - overrun.start_ms) / MINUTE_MS) == 153


def test_a_stall_is_believed_only_when_it_is_sensed() -> None:
    """For twenty minutes the pump counts what did not flow; then it alarms; after recovery nothing is caught up."""
    stall = Stall(start_ms=NEW_YEAR_MS + DAY_MS, end_ms=NEW_YEAR_MS + 2 * DAY_MS, sensed_after_ms=20 * MINUTE_MS)
    before, _ = implant.advance(with_stalls(implanted(), stall), stall.start_ms + 20 * MINUTE_MS - 1)
    assert before.pump.alarms == ()
    sensed, _ = implant.advance(before, before.now_ms + 1)
    assert [(active.alarm, active.since_ms) for active in sensed.pump.alarms] == [
        (Alarm.MOTOR_STALL, stall.start_ms + 20 * MINUTE_MS)
    ]
    after, out = implant.advance(sensed, stall.end_ms + DAY_MS if stall.end_ms else 0)
    assert after.pump.alarms == ()
    assert doses(out, stall.start_ms, stall.end_ms or 0) == 0
    flowed_nl = 20_000_000 - after.metal.reservoir_nl
    assert abs(flowed_nl - 1_200_000) <= 1
    assert [event.kind for event in after.pump.log][-4:] == [
        EventKind.MOTOR_STALLED,
        EventKind.ALARM_RAISED,
        EventKind.MOTOR_RECOVERED,
        EventKind.ALARM_CLEARED,
    ]


def test_the_metal_runs_dry_before_the_pump_believes_it() -> None:
    """What neither rotor nor syringe can take is still counted by the pump: empty in truth, silent in belief."""
    device = implanted(SimpleContinuous(rate_nl_per_day=1_000_000), undeliverable_nl=1_400_000)
    later, out = implant.advance(device, device.now_ms + 19 * DAY_MS)
    assert later.metal.reservoir_nl == 1_400_000
    assert out[-1].end_ms == device.now_ms + 186 * DAY_MS // 10
    assert later.pump.reservoir_nl == 1_000_000
    assert Alarm.EMPTY_RESERVOIR not in {active.alarm for active in later.pump.alarms}


def test_a_refill_mixes_with_what_the_syringe_could_not_draw() -> None:
    """TV-D11: 20 mL of 2000 on 1.4 mL of 500 is 1901.9 mcg/mL; the syringe drew all the rest."""
    device = implanted(undeliverable_nl=1_400_000)
    filled_again, drawn_nl = hands.refill(device, volume_nl=20_000_000, concentration_pg_per_nl=2_000)
    assert drawn_nl == 18_600_000
    metal = filled_again.metal
    assert round(metal.reservoir_pg / metal.reservoir_nl, 1) == 1_901.9
    assert held_pg(filled_again.catheter.slugs) == PATH_NL * 500
