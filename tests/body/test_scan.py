"""Steps taken one by one, and in blocks side by side."""

import numpy as np
import pytest

from thecal.body.scan import WIDE, scan


@pytest.mark.parametrize("steps", [1, 2, 3, 16, 97])
@pytest.mark.parametrize("width", [1, 5, WIDE])
def test_every_way_is_the_recurrence(steps: int, width: int) -> None:
    """Each x[k + 1] is its factor times x[k] and what is added, for narrow steps and wide ones, to rounding."""
    chance = np.random.default_rng(7)
    keeps, kind = chance.uniform(0.0, 1.0, (3, width)), chance.integers(0, 3, steps)
    start, adds = chance.standard_normal(width), chance.standard_normal((steps, width))
    found = scan(start, keeps, adds, kind)
    assert found.shape == (steps + 1, width)
    assert found[0].tolist() == start.tolist()
    for step in range(steps):
        assert found[step + 1] == pytest.approx(keeps[kind[step]] * found[step] + adds[step], rel=1e-12, abs=1e-12)


def test_no_steps_leave_the_start() -> None:
    """Nothing to do gives what there was."""
    assert scan(np.ones(2), np.ones((1, 2)), np.empty((0, 2)), np.empty(0, dtype=np.intp)).tolist() == [[1.0, 1.0]]
