"""One patient-year of the whole twin: pump, metal, catheter and body, hourly, set-up included.

Beside it, in the same run, the same twin on a clock that ticks: stopped at every hour, implant and body alike.
Run it with `python benchmarks/twin_year.py`. Accuracy against an ODE solver: tests/twin/test_against_solver.py.
"""

import time

from thecal.body import Body
from thecal.catheter import filled
from thecal.mechanism import Metal
from thecal.pump import machine
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.devices import REFERENCE_40
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, Program
from thecal.twin import device as implant
from thecal.twin import hands
from thecal.twin.device import Device, opened
from thecal.twin.effect import stretches
from thecal.twin.simulation import simulate
from thecal.units import DAY_MS, HOUR_MS

STEPS = ((0, 60_000), (6, 140_000), (12, 90_000), (20, 110_000))


def begin() -> Device:
    """A 40 mL pump of 2000 mcg/mL on a four-step flex schedule: it lasts the year."""
    day = FlexDay(steps=tuple(FlexStep(start_ms=hour * HOUR_MS, rate_nl_per_day=rate) for hour, rate in STEPS))
    program = Program(
        drug="baclofen", concentration_pg_per_nl=2_000, infusion_mode=FlexSchedule(days=(day,)),
        low_reservoir_alarm_nl=2_000_000, catheter_nl=195_800, tubing_nl=140_000, utc_offset_min=0,
        ceiling_nl_per_day=200_000, patient_dose=None,
    )  # fmt: skip
    pump = machine.manufacture(serial="B-1", pump_model=REFERENCE_40, now_ms=0)
    device = opened(pump=pump, metal=Metal(), catheter=filled(335_800, 2_000))
    device, _ = hands.refill(device, volume_nl=40_000_000, concentration_pg_per_nl=2_000)
    update = Update(program=program, reservoir_nl=40_000_000)
    for order in (
        Stage(transaction_id="b", onto_revision=0, update=update),
        Commit(transaction_id="b", digest=update.digest()),
    ):
        answer = implant.command(device, order)
        assert isinstance(answer, Device), answer
        device = answer
    return device


def main() -> None:
    """Time both ways."""
    device = begin()
    started = time.perf_counter()
    body = Body.adult("T10")
    run = simulate(device, body, body.rest(), until_ms=365 * DAY_MS, every_ms=HOUR_MS)
    jumped_s = time.perf_counter() - started
    started, state = time.perf_counter(), body.rest()
    for hour in range(365 * 24):
        device, out = implant.advance(device, (hour + 1) * HOUR_MS)
        state = body.advance(state, *stretches(out, hour * HOUR_MS, (hour + 1) * HOUR_MS))
    ticked_s = time.perf_counter() - started
    print(f"whole twin, one year, {len(run.times_ms)} hourly samples, set-up included: {jumped_s:.2f} s")
    print(f"the same, stopped at every hour: {ticked_s:.2f} s ({ticked_s / jumped_s:.1f} times as long)")
    assert device.pump.reservoir_nl == run.device.pump.reservoir_nl, "both ways end the same"


if __name__ == "__main__":
    main()
