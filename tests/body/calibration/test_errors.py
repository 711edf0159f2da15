"""How a reading lies around the truth."""

import numpy as np
import pytest

from thecal.body.calibration.errors import (
    FLUID_LOG_SD,
    GRADES,
    RATER_SD,
    REFLEX_LOG_SD,
    SMALLEST_RESIDUAL,
    found_grade,
    grade_log_odds,
    log_normal,
)


def test_the_grades_share_all_of_the_probability() -> None:
    """Whatever the truth is, one of the six grades is written down."""
    odds = np.exp(grade_log_odds(np.linspace(-1.0, 5.0, 50)))
    assert odds.shape == (50, len(GRADES)) == (50, 6)
    np.testing.assert_allclose(odds.sum(axis=1), 1.0, atol=1e-9)


def test_the_nearest_grade_is_the_likeliest() -> None:
    """A true grade is found more often than any other; more spasticity never makes a lower grade likelier."""
    odds = grade_log_odds(np.array([0.0, 1.0, 1.5, 2.0, 3.0, 4.0]))
    assert [int(row.argmax()) for row in odds[[0, 3, 4, 5]]] == [0, 3, 4, 5]
    above = np.exp(grade_log_odds(np.linspace(0, 4, 41)))[:, ::-1].cumsum(axis=1)
    assert (np.diff(above, axis=0) > -1e-9).all()


def test_what_is_written_down_follows_the_odds() -> None:
    """Readings made with even chances come as often as the odds say, to the resolution of the chances."""
    chance = (np.arange(10_000) + 0.5) / 10_000
    for truth in (0.3, 1.4, 2.6):
        found = np.bincount([found_grade(truth, each) for each in chance.tolist()], minlength=6) / len(chance)
        np.testing.assert_allclose(found, np.exp(grade_log_odds(truth)), atol=2e-4)


def test_the_error_has_the_sd_that_it_says() -> None:
    """Without grades the error would be logistic with the stated SD: nine tenths lie below s ln 9."""
    scale = RATER_SD.value * np.sqrt(3.0) / np.pi
    below = np.exp(grade_log_odds(2.5 - scale * np.log(9.0)))[:4].sum()
    assert below == pytest.approx(0.9)


def test_factors_err_log_normally() -> None:
    """The log-normal density integrates to one over log readings and is highest at the truth."""
    logs = np.linspace(-4, 4, 4001)
    density = np.exp(log_normal(np.exp(logs), 1.3, 0.35))
    assert np.trapezoid(density, logs) == pytest.approx(1.0)
    assert logs[density.argmax()] == pytest.approx(np.log(1.3), abs=2e-3)


def test_every_size_of_an_error_is_called_assumed() -> None:
    """Nobody measured the error of these readings for this model."""
    assert {each.grade for each in (RATER_SD, REFLEX_LOG_SD, FLUID_LOG_SD, SMALLEST_RESIDUAL)} == {"assumed"}
