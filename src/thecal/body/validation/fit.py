"""The fit that gave the default set its numbers: python -m thecal.body.validation makes it anew.

With θ the logarithms of the free parameters, it minimises

    Σ ((f_i(θ) − y_i)/σ_i)²  +  Σ ((θ_j − μ_j)/τ_j)²

over the published values y_i of `SIGMAS` and a prior on every parameter. f and y are logarithms, and plain fractions
for tone. Where only a range was published, y is its geometric middle. σ is 0.25 for a mean (its own error is mostly
smaller; the rest is what one dimension leaves out), half the logarithm of the range for what a label calls usual, and
√3 times that where a label says one thing of three doses. Nobody published these errors: they are assumed.

It goes twice: over all of `FREE`, then without those of which the data say less than a quarter, which keep the
middle of their prior. What the data say of a parameter is 1 − (posterior SD/prior SD)², by the Gauss-Newton Hessian.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.validation.experiments import Subject
from thecal.body.validation.table import target
from thecal.body.validation.targets import Target

CELL_CM = 1.0
SEED = 2026
STARTS = 3
STEP = 0.02
TOO_LITTLE = 0.25
LONGEST = 1e3
"""What an experiment without its event counts as, such as an onset that never comes."""

MEAN, FRACTION = 0.25, 0.15
DOUBLING = math.log(2.0) / 2.0
OF_THREE_DOSES = math.sqrt(3.0) * DOUBLING
SIGMAS: Mapping[str, float] = {
    "half-life": MEAN,
    "volume": MEAN,
    "clearance-bolus": MEAN,
    "clearance-infusion": MEAN,
    "lumbar-cisternal": MEAN,
    "fluid-settles": DOUBLING,
    "reflex-puncture-15min": FRACTION,
    "reflex-puncture-1h": MEAN,
    "reflex-puncture-1-6h": MEAN,
    "reflex-pump-1h": MEAN,
    "reflex-pump-1-6h": MEAN,
    "dose-reflex-75": MEAN,
    "dose-reflex-50": MEAN,
    "dose-reflex-25": MEAN,
    "tone-1h": FRACTION,
    "tone-4h": FRACTION,
    "tone-6h": math.sqrt(2.0) * FRACTION,
    "tone-stroke-legs": math.sqrt(2.0) * FRACTION,
    "onset-75": DOUBLING,
    "peak-75": MEAN,
    "duration-50": OF_THREE_DOSES,
    "duration-75": OF_THREE_DOSES,
    "duration-100": OF_THREE_DOSES,
    "infusion-onset": MEAN,
    "infusion-maximum": DOUBLING,
    "withdrawal-onset": math.log(3.0) / 2.0,
    "dtpa": MEAN,
}
PLAIN = frozenset(name for name, sigma in SIGMAS.items() if name.startswith("tone-") or name == "reflex-puncture-15min")
"""What is compared as a fraction, not as a logarithm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """A parameter to be found: the median of a log-normal `prior`, and bounds `low` and `high` that physiology sets.

    All are in the field's own unit, and assumed.
    """

    field: str
    prior: float
    log_sd: float
    low: float
    high: float


FREE = (
    Free(field="dispersion_floor", prior=0.089, log_sd=1.0, low=0.003, high=0.5),
    Free(field="mixing_length", prior=0.25, log_sd=1.0, low=0.01, high=3.0),
    Free(field="spinal_clearance", prior=0.275, log_sd=0.5, low=0.05, high=1.0),
    Free(field="cord_exchange", prior=0.35, log_sd=0.4, low=0.05, high=2.0),
    Free(field="cord_partition", prior=1.0, log_sd=0.3, low=0.2, high=6.0),
    Free(field="cord_clearance", prior=0.05, log_sd=1.0, low=0.002, high=0.5),
    Free(field="cranial_exchange", prior=57.0, log_sd=0.5, low=5.0, high=400.0),
    Free(field="lumbar_puncture_spread", prior=3.0, log_sd=0.4, low=1.0, high=10.0),
    Free(field="fast_rate", prior=1.8, log_sd=1.0, low=0.2, high=10.0),
    Free(field="slow_rate", prior=0.05, log_sd=1.5, low=0.005, high=0.5),
    Free(field="slow_share", prior=0.5, log_sd=1.0, low=0.05, high=0.95),
    Free(field="ashworth_ec50", prior=66.0, log_sd=3.0, low=5.0, high=300.0),
    Free(field="ashworth_slope", prior=2.26, log_sd=0.35, low=1.0, high=6.0),
    Free(field="reflex_ic50", prior=32.0, log_sd=3.0, low=3.0, high=200.0),
    Free(field="reflex_slope", prior=1.58, log_sd=0.25, low=0.8, high=4.0),
    Free(field="tolerance_chronic", prior=2.35, log_sd=0.3, low=1.0, high=6.0),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """What was found: `values` by field, `log_sd` after the data, `learned` 0 to 1, and Σ over the published values."""

    values: Mapping[str, float]
    log_sd: Mapping[str, float]
    learned: Mapping[str, float]
    misfit: float


def with_values(values: Mapping[str, float], base: Parameters = TWO_POOL) -> Parameters:
    """A parameter set with some `values` changed, by field and in its unit."""
    return replace(base, **{field: replace(getattr(base, field), value=value) for field, value in values.items()})


def residuals(parameters: Parameters, cell_cm: float = CELL_CM) -> dict[str, float]:
    """(f − y)/σ by target."""
    subject = Subject(parameters=parameters, cell_cm=cell_cm)
    return {name: _residual(target(name), subject, sigma) for name, sigma in SIGMAS.items()}


def misfit(parameters: Parameters, cell_cm: float = CELL_CM) -> float:
    """The sum of their squares."""
    return sum(each**2 for each in residuals(parameters, cell_cm).values())


def objective(parameters: Parameters, free: Sequence[Free] = FREE, cell_cm: float = CELL_CM) -> float:
    """What the fit minimises."""
    away = [math.log(getattr(parameters, each.field).value / each.prior) / each.log_sd for each in free]
    return misfit(parameters, cell_cm) + sum(each**2 for each in away)


def _residual(row: Target, subject: Subject, sigma: float) -> float:
    assert row.simulate is not None, f"{row.id} can be computed"
    wanted = math.sqrt(row.range.low * row.range.high) if row.published is None else row.published
    simulated = row.simulate(subject)
    if row.id in PLAIN:
        return (simulated - wanted) / sigma
    return math.log(min(max(simulated, 1.0 / LONGEST), LONGEST) / wanted) / sigma


def fitted(free: Sequence[Free], seed: int = SEED, starts: int = STARTS) -> Fit:
    """The best of several searches: from the priors' middles, and from draws of the priors."""
    from scipy.optimize import least_squares

    middle, width = np.log([each.prior for each in free]), np.array([each.log_sd for each in free])
    low, high = np.log([each.low for each in free]), np.log([each.high for each in free])
    chance = np.random.default_rng(seed)

    def sum_of(theta: Floats) -> Floats:
        values = {each.field: math.exp(log) for each, log in zip(free, theta, strict=True)}
        data = np.array(list(residuals(with_values(values)).values()))
        return np.concatenate([data, (theta - middle) / width])

    found = []
    for start in range(starts):
        begin = np.clip(middle + (chance.normal(size=len(free)) * width if start else 0.0), low + STEP, high - STEP)
        steps = {"diff_step": np.full(len(free), STEP), "x_scale": np.minimum(width, 1.0)}
        found.append(least_squares(sum_of, begin, bounds=(low, high), **steps))
    best = min(found, key=lambda each: float(each.cost))
    return _told(free, np.asarray(best.x), sum_of(best.x), np.asarray(best.jac))


def _told(free: Sequence[Free], theta: Floats, remaining: Floats, jacobian: Floats) -> Fit:
    """The posterior's widths, from the Jacobian of data and priors together."""
    sd = np.sqrt(np.diag(np.linalg.inv(jacobian.T @ jacobian)))
    fields = [each.field for each in free]
    learned = [1.0 - (after / each.log_sd) ** 2 for each, after in zip(free, sd.tolist(), strict=True)]
    return Fit(
        values=dict(zip(fields, np.exp(theta).tolist(), strict=True)),
        log_sd=dict(zip(fields, sd.tolist(), strict=True)),
        learned=dict(zip(fields, learned, strict=True)),
        misfit=float((remaining[: len(SIGMAS)] ** 2).sum()),
    )


def both_rounds(seed: int = SEED, starts: int = STARTS) -> tuple[Fit, Fit]:
    """Over all of `FREE`, then over those that the data say something of."""
    first = fitted(FREE, seed, starts)
    return first, fitted([each for each in FREE if first.learned[each.field] >= TOO_LITTLE], seed, starts)


def told(fit: Fit) -> str:
    """A fit as lines of text."""
    lines = [
        f"  {field:24s} {value:9.4g}   log-SD {fit.log_sd[field]:.2f}   learned {fit.learned[field]:4.0%}"
        for field, value in fit.values.items()
    ]
    return "\n".join([*lines, f"  misfit {fit.misfit:.2f} over {len(SIGMAS)} published values", ""])
