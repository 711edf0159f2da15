"""The sampler against posteriors that are known in closed form."""

import numpy as np
import pytest

from thecal.body.anatomy import Floats
from thecal.body.calibration.sampling import ENOUGH, FIRST, Likelihood, posterior

NAMES = [f"direction {index}" for index in range(8)]


def _near(point: Floats, sd: float, axes: slice) -> Likelihood:
    """A normal reading of some of the directions."""

    def likelihood(z: Floats) -> Floats:
        return np.asarray(-0.5 * np.sum((z[:, axes] - point) ** 2, axis=1) / sd**2)

    return likelihood


@pytest.mark.parametrize(("sd", "many"), [(1.0, False), (0.1, True)])
def test_a_normal_reading_gives_the_normal_posterior(sd: float, many: bool) -> None:
    """Prior N(0, 1) and a reading 1.5 ± sd: mean 1.5/(1 + sd²), variance sd²/(1 + sd²), in each direction read."""
    found = posterior(_near(np.full(2, 1.5), sd, slice(0, 2)), NAMES, [True] * 8, "conjugate")
    assert found.effective >= ENOUGH
    assert (found.rounds > 1) == many
    mean, sd_after = 1.5 / (1 + sd**2), np.sqrt(sd**2 / (1 + sd**2))
    noise = 4.5 / np.sqrt(found.effective)
    for axis in (0, 1):
        centre = found.weights @ found.z[:, axis]
        assert centre == pytest.approx(mean, abs=noise * sd_after)
        assert np.sqrt(found.weights @ (found.z[:, axis] - centre) ** 2) == pytest.approx(sd_after, rel=noise)
    assert found.weights @ found.z[:, 5] == pytest.approx(0.0, abs=noise)


def test_many_precise_readings_are_followed() -> None:
    """Eight directions each known to a twentieth of the prior's width still leave enough draws that count."""
    point = np.linspace(-1.5, 1.5, 8)
    found = posterior(_near(point, 0.05, slice(0, 8)), NAMES, [True] * 8, "precise")
    assert found.effective >= ENOUGH
    np.testing.assert_allclose(found.weights @ found.z, point / (1 + 0.05**2), atol=4.5 * 0.05 / np.sqrt(ENOUGH))


def test_what_nobody_read_keeps_the_prior() -> None:
    """A flat likelihood leaves the prior's own draws, equally weighted, in one round."""
    found = posterior(lambda z: np.zeros(len(z)), NAMES, [True] * 8, "flat")
    assert found.rounds == 1
    assert found.effective == pytest.approx(FIRST)
    np.testing.assert_allclose(found.quantile(found.z[:, 0], [0.5, 0.95]), [0.0, 1.645], atol=0.12)


def test_directions_that_do_not_matter_are_never_moved() -> None:
    """A direction that is not adapted is a plain draw from the prior, whatever the readings say."""
    adapted = [True, True, *[False] * 6]
    found = posterior(_near(np.full(2, 2.0), 0.05, slice(0, 2)), NAMES, adapted, "still")
    assert found.rounds > 1
    assert np.abs(found.z[:, 2:].mean(axis=0)).max() < 4.5 / np.sqrt(len(found.z))
    assert found.weights.sum() == pytest.approx(1.0)


def test_equal_draws_stand_for_the_weighted_ones() -> None:
    """Resampling keeps the mean, and the same key picks the same draws."""
    found = posterior(_near(np.array([1.0]), 0.3, slice(0, 1)), NAMES, [True] * 8, "resample")
    drawn = found.resampled(2_000, "key")
    np.testing.assert_array_equal(drawn, found.resampled(2_000, "key"))
    assert drawn[:, 0].mean() == pytest.approx(found.weights @ found.z[:, 0], abs=0.01)


def test_a_rank_is_the_weight_below() -> None:
    """The posterior's own median has half the weight below it."""
    found = posterior(_near(np.array([1.0]), 0.5, slice(0, 1)), NAMES, [True] * 8, "rank")
    median = float(found.quantile(found.z[:, 0], [0.5])[0])
    assert found.below(found.z[:, 0], median) == pytest.approx(0.5, abs=0.01)
