"""Thirty days of a four-step flex with boluses, against an ODE solver on independently written equations."""

import numpy as np
import pytest
from tests.body.helpers import flex, with_boluses
from tests.body.oracle import MUSCLES, Floats, Oracle

from thecal.body import Body, Course, level_cm

DAYS = 30
BOLUSES_H = [24.0 * day + 14.0 for day in range(1, DAYS, 3)]


class Compared:
    """One delivery, solved both ways on the default grid."""

    def __init__(self) -> None:
        self.body = Body.adult("T10")
        self.oracle = Oracle(cells=self.body.network.cells, tip=level_cm("T10"))
        self.edges, self.rates = with_boluses(*flex(DAYS), BOLUSES_H)
        self.times, self.solved = self.oracle.solve(self.edges, self.rates, samples=4)
        self.course: Course = self.body.course(self.body.rest(), self.edges, self.rates, self.times)

    @property
    def pools(self) -> Floats:
        """The oracle's effect compartments, fast and slow, the brainstem, and plasma."""
        return self.solved[:, -2 * len(MUSCLES) - 2 :]


@pytest.fixture(scope="module")
def compared() -> Compared:
    """Solved once: a few seconds of BDF."""
    return Compared()


def apart(ours: Floats, theirs: Floats) -> float:
    """The largest difference of any output against that output's peak."""
    return float((np.abs(ours - theirs).max(axis=0) / np.abs(theirs).max(axis=0)).max())


def test_concentrations_agree_with_the_solver(compared: Compared) -> None:
    """CSF, cord and cisterns agree within a millionth of each one's peak over thirty days; measured 5e-9."""
    cells, corded = compared.oracle.cells, len(compared.oracle.corded)
    course = compared.course
    ours = np.hstack([course.csf_mcg_per_ml, course.cord_mcg_per_ml[:, :corded], course.cisternal_mcg_per_ml[:, None]])
    assert apart(ours, compared.solved[:, : cells + corded + 1]) < 1e-6


def test_what_muscles_feel_agrees_with_the_solver(compared: Compared) -> None:
    """C_e of each target agrees within a millionth of its peak over thirty days; measured 3e-9."""
    fast, slow = compared.pools[:, : len(MUSCLES)], compared.pools[:, len(MUSCLES) : -2]
    ours = np.column_stack(list(compared.course.effect_ng_per_ml.values()))
    assert apart(ours, 0.58 * fast + 0.42 * slow) < 1e-6


def test_effect_compartments_agree_with_the_solver(compared: Compared) -> None:
    """At every change of input, each pool of each target agrees within a millionth of its peak."""
    state, pools, at_edges = compared.body.rest(), [], np.searchsorted(compared.times, compared.edges)
    for begin in range(len(compared.rates)):
        state = compared.body.advance(state, compared.edges[begin : begin + 2], compared.rates[begin : begin + 1])
        pools.append(state.effects_ng_per_ml)
    assert apart(np.array(pools), compared.pools[at_edges[1:]]) < 1e-6


def test_the_comparison_sees_the_boluses(compared: Compared) -> None:
    """A solver that stepped over a bolus would be far off: they raise CSF at the tip by more than half."""
    tip = compared.course.csf_at(level_cm("T10"))
    before, after = np.searchsorted(compared.times, [BOLUSES_H[0], BOLUSES_H[0] + 10 / 60])
    assert tip[after] > 1.5 * tip[before]
