"""First-order lags that follow an input, exactly, where it runs in straight lines between its samples.

y' = (u − y)/τ        over d hours from y₀, with u from u₀ to u₁:

y₁ = e^(−d/τ) y₀ + (a − w) u₀ + w u₁,   a = 1 − e^(−d/τ),   w = 1 − a τ/d
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from thecal.body.anatomy import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kernel:
    """What lags do over one step.

    `elapsed` (samples + 1, 1), the part of the step that has passed; `decays` (lags, samples, 1) of what was there;
    `weights` (lags, samples, samples + 1) of the input.
    """

    elapsed: Floats
    decays: Floats
    weights: Floats

    def along(self, lag: int, begins: Floats, driven: Floats) -> Floats:
        """After each sample but the first, (samples, size), from `begins` (size,) by `driven` (samples + 1, size)."""
        followed = self.weights[lag] @ driven
        followed += self.decays[lag] * begins
        return np.asarray(followed)

    def end(self, lag: int, begins: Floats, driven: Floats) -> Floats:
        """After the last sample, (size,), from `begins` (size,) by `driven` (samples + 1, size)."""
        return np.asarray(self.weights[lag, -1] @ driven + self.decays[lag, -1] * begins)


@lru_cache(maxsize=256)
def kernel_of(spacing_h: tuple[float, ...], lags_h: tuple[float, ...]) -> Kernel:
    """The kernel of a step whose samples are so far apart, for lags of so many hours."""
    samples = len(spacing_h)
    elapsed = np.concatenate([[0.0], np.cumsum(spacing_h)]) / sum(spacing_h)
    decays, weights = np.ones((len(lags_h), samples, 1)), np.zeros((len(lags_h), samples, samples + 1))
    for lag, lag_h in enumerate(lags_h):
        kept, held = 1.0, np.zeros(samples + 1)
        for sample, hours in enumerate(spacing_h):
            approach = -math.expm1(-hours / lag_h)
            newest = 1.0 - approach * lag_h / hours
            kept, held = kept * (1.0 - approach), held * (1.0 - approach)
            held[sample] += approach - newest
            held[sample + 1] += newest
            decays[lag, sample, 0], weights[lag, sample] = kept, held
    return Kernel(elapsed=elapsed[:, None], decays=decays, weights=weights)
