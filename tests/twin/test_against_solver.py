"""Thirty days of the whole twin, from the pump's program to what muscles feel, against an ODE solver."""

import numpy as np
from tests.body.oracle import MUSCLES, Floats, Oracle
from tests.pump.helpers import NEW_YEAR_MS, program
from tests.twin.helpers import PATH_NL, committed, implanted, with_stalls
from tests.twin.test_simulation import FOUR_STEPS

from thecal.body import Body, level_cm
from thecal.mechanism import Stall
from thecal.pump.bolus import BridgeBolus, SingleBolus
from thecal.pump.commands import Update
from thecal.pump.infusion import SimpleContinuous
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.twin.effect import stretches
from thecal.twin.simulation import Step, simulate
from thecal.units import DAY_MS, HOUR_MS

DAYS = 30
SLOW_SHARE = 0.42
"""Typed here, not read from the body."""


def stronger(device: Device) -> Device:
    """A refill with 2000 mcg/mL, bridged."""
    device, _ = hands.refill(device, volume_nl=20_000_000, concentration_pg_per_nl=2_000)
    new = program(SimpleContinuous(rate_nl_per_day=150_000), concentration_pg_per_nl=2_000)
    bridge = BridgeBolus(volume_nl=PATH_NL, rate_nl_per_day=600_000, concentration_pg_per_nl=500)
    return committed(device, Update(program=new, reservoir_nl=20_000_000, bolus=bridge), "stronger")


def given_a_bolus(device: Device) -> Device:
    """A short bolus of 50 mcg: what an unattended solver steps over."""
    assert device.pump.program is not None
    bolus = SingleBolus(volume_nl=25_000, rate_nl_per_day=3_600_000)
    return committed(device, Update(program=device.pump.program, bolus=bolus), "bolus")


def apart(ours: Floats, theirs: Floats) -> float:
    """The largest difference of any output against that output's peak."""
    return float((np.abs(ours - theirs).max(axis=0) / np.abs(theirs).max(axis=0)).max())


def test_the_twin_agrees_with_a_solver_restarted_at_every_change() -> None:
    """A flex schedule, a stall, a bridged change and a bolus: within a millionth of every output's peak."""
    stall = Stall(start_ms=NEW_YEAR_MS + 9 * DAY_MS, end_ms=NEW_YEAR_MS + 10 * DAY_MS, sensed_after_ms=HOUR_MS)
    start, until_ms = with_stalls(implanted(FOUR_STEPS), stall), NEW_YEAR_MS + DAYS * DAY_MS
    steps = [
        Step(at_ms=NEW_YEAR_MS + 15 * DAY_MS, act=stronger),
        Step(at_ms=NEW_YEAR_MS + 22 * DAY_MS, act=given_a_bolus),
    ]
    body = Body.adult("T10")
    run = simulate(start, body, body.rest(), steps=steps, until_ms=until_ms, every_ms=HOUR_MS)
    edges, rates = stretches(run.deliveries, NEW_YEAR_MS, until_ms)
    oracle = Oracle(cells=body.network.cells, tip=level_cm("T10"))
    times, solved = oracle.solve(edges, rates, samples=3)
    course = body.course(body.rest(), edges, rates, times)
    csf_and_cord = oracle.cells + len(oracle.corded)
    ours = np.hstack([course.csf_mcg_per_ml, course.cord_mcg_per_ml[:, : len(oracle.corded)]])
    assert apart(ours, solved[:, :csf_and_cord]) < 1e-6
    pools = solved[:, -2 * len(MUSCLES) - 2 : -2]
    felt = np.column_stack(list(course.effect_ng_per_ml.values()))
    assert apart(felt, (1 - SLOW_SHARE) * pools[:, : len(MUSCLES)] + SLOW_SHARE * pools[:, len(MUSCLES) :]) < 1e-6
    hourly = np.column_stack(list(run.course.effect_ng_per_ml.values()))
    again = body.course(body.rest(), edges, rates, (run.times_ms - NEW_YEAR_MS) / HOUR_MS)
    assert apart(hourly, np.column_stack(list(again.effect_ng_per_ml.values()))) < 1e-9
