"""What a stranger tried to break: corners of people and schedules, strong flows, and numbers that are none."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from thecal.body.dense import Dense
from thecal.body.eigenmodes import MOST_PECLET, total_peclet
from thecal.body.person import Body
from thecal.body.regime import Regime
from thecal.body.stature import Stature


def at_the_limit(tip: str, level: str, stirring: float) -> Body:
    """A body whose drain is as fast as eigenmodes are still used for."""

    def body(drain_ml_per_h: float) -> Body:
        regime = Regime(stirring=stirring, drain_level=level, drain_ml_per_h=drain_ml_per_h)
        return Body.of(tip, regime=regime, cell_cm=1.0)

    def beyond(drain_ml_per_h: float) -> float:
        return float(total_peclet(body(drain_ml_per_h).network)) - 0.999 * MOST_PECLET

    return body(float(brentq(beyond, 0.01, 5000.0, xtol=1e-3)))


@pytest.mark.parametrize(("tip", "level", "stirring"), [("C1", "C3", 1.0), ("C1", "L3", 0.1), ("S1", "L3", 0.1)])
def test_eigenmodes_keep_their_promise_up_to_the_limit(tip: str, level: str, stirring: float) -> None:
    """Where the flow is as strong as it may be, modes and the exponential agree to 1e-10 of the highest fluid."""
    body = at_the_limit(tip, level, stirring)
    assert body.method == "eigenmodes"
    other = replace(body, propagator=Dense.of(body.network, body.source, body.pools))
    start = Body.of(tip, cell_cm=1.0).steady(5.0)
    schedule = [0.0, 0.05, 0.5, 3.0], [10.0, 0.0, 200.0]
    ours, theirs = (each.course(start, *schedule, [0.05, 0.3, 3.0]) for each in (body, other))
    highest = theirs.csf_mcg_per_ml.max()
    assert np.abs(ours.csf_mcg_per_ml - theirs.csf_mcg_per_ml).max() < 1e-10 * highest


def test_what_a_needle_drains_never_reaches_plasma() -> None:
    """What plasma holds and has cleared is what blood took, in the middle of a drain: none of it came by the needle."""
    stature = Stature(weight_kg=62.0)
    body = Body.of("L1", stature=stature, regime=Regime(drain_level="L3", drain_ml_per_h=60.0), cell_cm=1.0)
    start = body.injected(body.rest(), 400.0)
    times = np.linspace(0.0, 6.0, 6001)
    plasma_mcg_per_l = body.course(start, [0.0, 6.0], [20.0], times).plasma_ng_per_ml
    held_l = body.parameters.plasma_volume.value * 62.0
    cleared_l_per_h = body.parameters.plasma_clearance.value * 62.0
    reached_mcg = held_l * plasma_mcg_per_l[-1] + cleared_l_per_h * np.trapezoid(plasma_mcg_per_l, times)
    assert np.isclose(reached_mcg, body.eliminated_mcg(start, [0.0, 6.0], [20.0]), rtol=1e-5)


def test_chance_is_the_same_in_another_process() -> None:
    """The same key draws the same people whatever the hash seed: a forecast can be repeated on another day."""
    program = "from thecal.body.variability import scores; print(scores(3, 'people').tobytes().hex())"
    found = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1")
    }
    assert len(found) == 1
