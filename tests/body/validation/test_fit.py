"""The fit: the default set is where it ends, and it finds what made its data."""

import math
from dataclasses import replace

import numpy as np
import pytest

from thecal.body import TWO_POOL
from thecal.body.validation import fit
from thecal.body.validation.experiments import Subject
from thecal.body.validation.fit import FREE, SIGMAS, fitted, misfit, objective, residuals, told, with_values
from thecal.body.validation.table import target

KEPT = ("mixing_length", "cord_exchange", "cord_partition", "cord_clearance", "cranial_exchange")
PROTOTYPE = {
    "dispersion_floor": 0.089,
    "spinal_clearance": 0.275,
    "fast_rate": 1.8,
    "slow_rate": 0.05,
    "slow_share": 0.5,
    "ashworth_ec50": 66.0,
    "ashworth_slope": 2.26,
    "reflex_ic50": 32.0,
    "reflex_slope": 1.58,
    "tolerance_chronic": 2.35,
}
"""The numbers of the fit by hand that this one replaced."""


def test_the_default_set_fits_better_than_the_one_by_hand() -> None:
    """The sum of squares is a quarter smaller at least, and so is that of the sum with the priors."""
    before = with_values(PROTOTYPE)
    assert misfit(TWO_POOL) < 0.75 * misfit(before)
    assert objective(TWO_POOL) < objective(before)


@pytest.mark.parametrize("name", sorted(PROTOTYPE))
def test_no_parameter_alone_would_make_it_much_better(name: str) -> None:
    """A tenth more or less of any fitted parameter gains less than rounding the values has cost."""
    here, value = objective(TWO_POOL), getattr(TWO_POOL, name).value
    for factor in (0.9, 1.1):
        assert objective(with_values({name: factor * value})) > here - 0.25


def test_what_the_data_say_little_of_stays_at_its_prior() -> None:
    """The middle of the prior is the number in the set, and it is graded assumed; what was fitted is derived."""
    priors = {each.field: each.prior for each in FREE}
    for name in KEPT:
        assert getattr(TWO_POOL, name).value == priors[name]
        assert getattr(TWO_POOL, name).grade == "assumed"
    for name in PROTOTYPE:
        assert getattr(TWO_POOL, name).grade == "derived"
        assert "log-SD" in getattr(TWO_POOL, name).source


def test_a_fit_finds_what_made_its_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """With values published by a known set, dispersion and clearance come back from where they began."""
    truth = with_values({"dispersion_floor": 0.15, "spinal_clearance": 0.3})
    subject = Subject(parameters=truth, cell_cm=fit.CELL_CM)
    made = {}
    for name in ("half-life", "clearance-infusion", "lumbar-cisternal"):
        simulate = target(name).simulate
        assert simulate is not None
        made[name] = replace(target(name), published=simulate(subject))
    monkeypatch.setattr(fit, "SIGMAS", dict.fromkeys(made, 0.01))
    monkeypatch.setattr(fit, "target", made.__getitem__)
    found = fitted([each for each in FREE if each.field in {"dispersion_floor", "spinal_clearance"}], starts=1)
    assert found.values["dispersion_floor"] == pytest.approx(0.15, rel=0.02)
    assert found.values["spinal_clearance"] == pytest.approx(0.3, rel=0.02)
    assert all(0.9 < learned <= 1.0 for learned in found.learned.values())
    assert "dispersion_floor" in told(found)


def test_residuals_are_in_sigmas() -> None:
    """Logarithms over σ; plain differences for fractions of tone; one for each published value of the sum."""
    found = residuals(TWO_POOL)
    assert set(found) == set(SIGMAS)
    subject = Subject(cell_cm=fit.CELL_CM)
    half_life = target("half-life").simulate
    tone = target("tone-4h").simulate
    assert half_life is not None
    assert tone is not None
    assert found["half-life"] == pytest.approx(math.log(half_life(subject) / 1.5) / 0.25)
    assert found["tone-4h"] == pytest.approx((tone(subject) - 0.64) / 0.15)
    assert misfit(TWO_POOL) == pytest.approx(np.square(list(found.values())).sum())
