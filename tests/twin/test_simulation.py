"""A sampled run says what the pieces say, at every sample."""

from dataclasses import replace

import numpy as np
from tests.pump.helpers import program
from tests.twin.helpers import NEW_YEAR_MS, PATH_NL, committed, implanted, with_stalls

from thecal.body import Body
from thecal.catheter import filled
from thecal.mechanism import Stall
from thecal.pump.commands import Update
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, SimpleContinuous, StopPump
from thecal.twin import device as implant
from thecal.twin.effect import stretches
from thecal.twin.given import Drain, Given, Puncture, Push
from thecal.twin.simulation import Step, simulate
from thecal.units import DAY_MS, HOUR_MS, PG_PER_MCG

FOUR_STEPS = FlexSchedule(
    days=(
        FlexDay(
            steps=(
                FlexStep(start_ms=0, rate_nl_per_day=300_000),
                FlexStep(start_ms=6 * HOUR_MS, rate_nl_per_day=900_000),
                FlexStep(start_ms=12 * HOUR_MS, rate_nl_per_day=450_000),
                FlexStep(start_ms=20 * HOUR_MS, rate_nl_per_day=600_000),
            )
        ),
    )
)


def test_samples_are_what_stopping_there_would_show() -> None:
    """Both reservoirs at every sample equal those of an implant that was advanced exactly so far."""
    stall = Stall(start_ms=NEW_YEAR_MS + 30 * HOUR_MS, end_ms=NEW_YEAR_MS + 50 * HOUR_MS, sensed_after_ms=HOUR_MS)
    start = with_stalls(implanted(FOUR_STEPS), stall)
    body = Body.adult("T10")
    run = simulate(start, body, body.rest(), until_ms=NEW_YEAR_MS + 4 * DAY_MS, every_ms=7 * HOUR_MS)
    for at_ms, believed, true in zip(run.times_ms, run.believed_nl, run.true_nl, strict=True):
        stopped, _ = implant.advance(start, int(at_ms))
        assert abs(stopped.pump.reservoir_nl - believed) <= 1
        assert abs(stopped.metal.reservoir_nl - true) <= 1


def test_a_step_changes_what_follows_and_nothing_before() -> None:
    """An update in the middle: the first half is the undisturbed run, the second has the new dose at the tip."""
    start, body = implanted(), Body.adult("T10")
    half_ms = NEW_YEAR_MS + 5 * DAY_MS
    half = program(SimpleContinuous(rate_nl_per_day=300_000))
    step = Step(at_ms=half_ms, act=lambda device: committed(device, Update(program=half), "t9"))
    plain = simulate(start, body, body.rest(), until_ms=NEW_YEAR_MS + 10 * DAY_MS, every_ms=DAY_MS)
    changed = simulate(start, body, body.rest(), steps=[step], until_ms=NEW_YEAR_MS + 10 * DAY_MS, every_ms=DAY_MS)
    assert (plain.believed_nl[:6] == changed.believed_nl[:6]).all()
    assert np.allclose(changed.tip_pg_per_day[6:], 150 * PG_PER_MCG)
    assert np.allclose(plain.tip_pg_per_day, 300 * PG_PER_MCG)


def test_drug_is_conserved_into_the_body() -> None:
    """What the body is given is what left the tip."""
    _, out = implant.advance(implanted(FOUR_STEPS), NEW_YEAR_MS + 3 * DAY_MS)
    edges, rates = stretches(out, NEW_YEAR_MS, NEW_YEAR_MS + 4 * DAY_MS)
    given_mcg = float((np.diff(edges) * rates).sum())
    assert abs(given_mcg - sum(delivery.mass_pg for delivery in out) / PG_PER_MCG) < 1e-9
    assert edges[-1] == 96.0


def test_a_push_at_the_access_port_sends_the_catheter_s_drug_first() -> None:
    """1 mL of 50 mcg/mL into 195.8 mcL of 500: 97.9 mcg of the pump's drug, then 40.21 mcg of the syringe's."""
    start, body = implanted(), Body.adult("T10")
    start = replace(start, catheter=filled(PATH_NL, 500, port_nl=140_000))
    push = Push(at_ms=NEW_YEAR_MS + HOUR_MS, over_ms=10_000, volume_nl=1_000_000, concentration_pg_per_nl=50)
    run = simulate(
        start, body, body.rest(), given=Given(pushes=[push]), until_ms=NEW_YEAR_MS + 3 * HOUR_MS, every_ms=HOUR_MS
    )
    account = run.device.account
    assert account.filled_pg == account.tip_pg + run.device.held_pg
    pushed_pg = sum(
        each.mass_pg for each in run.deliveries if each.start_ms >= push.at_ms and each.end_ms <= push.at_ms + 10_000
    )
    through_pg = 10_000 * 30_000_000 // DAY_MS  # meanwhile the pump goes on, and what it pushes out is the syringe's
    assert abs(pushed_pg - 97_900_000 - 804_200 * 50 - through_pg) <= 2
    assert run.course.csf_at(body.grid.level_cm("T10"))[1] < run.course.csf_at(body.grid.level_cm("T10"))[2]


def test_a_puncture_and_a_drain_reach_the_body_through_a_run() -> None:
    """500 mcg by needle in a run is what the body makes of it, and some of it is drained."""
    start, body = implanted(StopPump()), Body.adult("T10")
    puncture = Puncture(at_ms=NEW_YEAR_MS + HOUR_MS, mass_pg=500 * PG_PER_MCG, level="L3")
    drain = Drain(
        start_ms=NEW_YEAR_MS + 3 * HOUR_MS, end_ms=NEW_YEAR_MS + 4 * HOUR_MS, volume_nl=35_000_000, level="L3"
    )
    until_ms = NEW_YEAR_MS + 6 * HOUR_MS
    plain, drained = (
        simulate(start, body, body.rest(), given=given, until_ms=until_ms, every_ms=HOUR_MS)
        for given in (Given(punctures=[puncture]), Given(punctures=[puncture], drains=[drain]))
    )
    injected = body.course(body.injected(body.rest(), 500.0, "L3"), [0.0, 5.0], [0.0], [0.0, 5.0])
    assert np.allclose(plain.course.csf_mcg_per_ml[[1, 6]], injected.csf_mcg_per_ml)
    assert plain.drained_mcg == 0.0
    assert 20.0 < drained.drained_mcg < 250.0
    assert drained.course.cisternal_mcg_per_ml[-1] < plain.course.cisternal_mcg_per_ml[-1]


def test_a_settled_body_stays_settled() -> None:
    """Started at the fixed point of its own program, the effect does not move."""
    body = Body.adult("T10")
    run = simulate(implanted(), body, body.steady(12.5), until_ms=NEW_YEAR_MS + 10 * DAY_MS, every_ms=HOUR_MS)
    felt = run.course.effect_ng_per_ml["soleus"]
    assert np.ptp(felt) < 1e-6 * felt[0]
