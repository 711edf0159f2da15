"""Draws from a posterior by adaptive importance sampling: population Monte Carlo with a deterministic mixture.

In z, where the prior is standard normal in every direction:

1. Draw from the prior. Each draw weighs its likelihood.
2. While fewer than `enough` draws count (effective sample size, (Σw)²/Σw²), fit a normal to the draws that are likely,
   with the likelihood tempered so that the fit rests on many of them, and draw again from it.
3. Every draw, old and new, weighs prior × likelihood over the mixture of all that was drawn from (Veach's balance
   heuristic; Cornuet, Marin, Mira and Robert 2012). The prior stays in that mixture, so no weight can explode.

The prior ends at `FARTHEST` SDs in each direction: beyond, nobody vouches for the model, and draws weigh nothing.
Chance is keyed: the same key and readings give the same posterior, on every machine to rounding.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.variability import normal

Likelihood = Callable[[Floats], Floats]
"""z (draws, dimensions) → log-likelihood (draws,)."""

FIRST, MORE, ROUNDS, ENOUGH = 3000, 1000, 6, 400
WIDER = 1.2
FARTHEST = 4.0
NOTHING = -1e12
"""A log-weight that is nothing however it is tempered, and still a number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighted:
    """Draws `z` (draws, dimensions) that stand for the posterior with their `weights` (draws,), which sum to one."""

    z: Floats
    weights: Floats
    rounds: int

    @property
    def effective(self) -> float:
        """How many equally weighted draws they are worth."""
        return float(1.0 / np.sum(self.weights**2))

    def quantile(self, values: Floats, shares: Sequence[float]) -> Floats:
        """The weighted quantiles (shares,) of `values` (draws,) at `shares`, 0 to 1."""
        order = np.argsort(values, kind="stable")
        below = np.cumsum(self.weights[order]) - self.weights[order] / 2
        return np.asarray(np.interp(shares, below, values[order]))

    def below(self, values: Floats, mark: float) -> float:
        """The weight, 0 to 1, of draws with `values` (draws,) below a `mark`: its rank in the posterior."""
        return float(self.weights @ (values < mark))

    def resampled(self, n: int, key: str) -> Floats:
        """Equally weighted draws (n, dimensions): systematic resampling, which adds the least noise of its own."""
        start = 0.5 * (1.0 + np.tanh(normal(1, key, "resampling")[0]))
        marks = (np.arange(n) + start) / n
        which = np.searchsorted(np.cumsum(self.weights), marks)
        return np.asarray(self.z[np.minimum(which, len(self.z) - 1)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Normal:
    """A normal distribution by its centre (d,) and the lower factor (d, d) of its covariance."""

    centre: Floats
    factor: Floats

    def draws(self, standard: Floats) -> Floats:
        return np.asarray(self.centre + standard @ self.factor.T)

    def log_density(self, z: Floats) -> Floats:
        """Up to the constant that all normals of one dimension share."""
        apart = np.linalg.solve(self.factor, (z - self.centre).T)
        return np.asarray(-0.5 * np.sum(apart**2, axis=0) - np.log(np.diag(self.factor)).sum())


def posterior(likelihood: Likelihood, dimensions: Sequence[str], adapted: Sequence[bool], key: str) -> Weighted:
    """Draws from the posterior of `dimensions`, named for their chance; only those `adapted` ever leave the prior."""
    moving = np.flatnonzero(adapted)
    prior = _Normal(centre=np.zeros(len(moving)), factor=np.eye(len(moving)))
    sources, counts = [prior], [FIRST]
    z = standard(FIRST, dimensions, f"{key} 0")
    known = _within(likelihood, z)
    for _ in range(ROUNDS):
        log_weights = _log_weights(z[:, moving], known, sources, counts)
        if _effective(log_weights) >= ENOUGH:
            break
        source = _fitted(z[:, moving], log_weights)
        fresh = standard(MORE, dimensions, f"{key} {len(sources)}")
        fresh[:, moving] = source.draws(fresh[:, moving])
        z, known = np.concatenate([z, fresh]), np.concatenate([known, _within(likelihood, fresh)])
        sources, counts = [*sources, source], [*counts, MORE]
    log_weights = _log_weights(z[:, moving], known, sources, counts)
    return Weighted(z=z, weights=_normalised(log_weights), rounds=len(sources))


def _within(likelihood: Likelihood, z: Floats) -> Floats:
    """The log-likelihood, nothing for draws beyond the prior's end."""
    known = likelihood(np.clip(z, -FARTHEST, FARTHEST))
    return np.where(np.abs(z).max(axis=1) > FARTHEST, NOTHING, known)


def standard(n: int, dimensions: Sequence[str], key: str) -> Floats:
    """Standard normal z (n, dimensions), each column named for its dimension."""
    return np.stack([normal(n, key, name) for name in dimensions], axis=-1)


def _log_weights(z: Floats, known: Floats, sources: Sequence[_Normal], counts: Sequence[int]) -> Floats:
    """Log of prior × likelihood over the mixture of everything drawn from."""
    shares = np.log(np.array(counts) / sum(counts))
    densities = np.stack([source.log_density(z) for source in sources])
    return np.asarray(known + densities[0] - np.logaddexp.reduce(shares[:, None] + densities, axis=0))


def _fitted(z: Floats, log_weights: Floats) -> _Normal:
    """The normal of the likely draws, a little wider; the fewer they are, the less their correlations are believed."""
    tempered = _normalised(log_weights * _temperature(log_weights, 3.0 * z.shape[1]))
    centre = tempered @ z
    away = z - centre
    effective = 1.0 / np.sum(tempered**2)
    trusted = effective / (effective + z.shape[1])
    covariance = trusted * (away.T * tempered) @ away
    covariance[np.diag_indices_from(covariance)] /= trusted
    return _Normal(centre=centre, factor=np.linalg.cholesky(WIDER * covariance))


def _temperature(log_weights: Floats, enough: float) -> float:
    """The largest power up to 1 of the weights under which at least `enough` draws count; by halving."""
    if _effective(log_weights) >= enough:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if _effective(middle * log_weights) >= enough else (low, middle)
    return low


def _effective(log_weights: Floats) -> float:
    return float(1.0 / np.sum(_normalised(log_weights) ** 2))


def _normalised(log_weights: Floats) -> Floats:
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())
