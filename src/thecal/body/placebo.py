"""What the giving of an injection does by itself, which an examiner scores with the rest.

In screening tests Van Schaeybroeck 2000 (PMID 10719857) saw a marked effect of placebo on the Ashworth score. It is a
term of its own here, in grades taken off the score, and stands beside the drug's effect, never within it:

    p(t) = size · (1 − e^(−(t − t₀)/rise)) · e^(−(t − t₀)/fade) / peak       after an injection at t₀, 0 before

scaled so that `size` is its largest value. Of several injections the one that does most counts. Size and times are
assumed.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import Floats
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.errors import OurFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Placebo:
    """`size_mas` Ashworth grades at most, after each of `given_h`; `rise_h` and `fade_h` are its times.

    OurFault for a size below zero, for times that are not above zero, and for an injection at no time.
    """

    given_h: tuple[float, ...]
    size_mas: float
    rise_h: float
    fade_h: float

    def __post_init__(self) -> None:
        if not (self.size_mas >= 0.0 and self.rise_h > 0.0 and self.fade_h > 0.0 and np.isfinite(self.given_h).all()):
            raise OurFault("placebo takes no grades below none, and sets in and wears off in times above zero")

    @staticmethod
    def after(*given_h: float, parameters: Parameters = TWO_POOL) -> "Placebo":
        """Placebo of the usual size after injections at these times."""
        return Placebo(
            given_h=given_h,
            size_mas=parameters.placebo_relief.value,
            rise_h=parameters.placebo_rise.value,
            fade_h=parameters.placebo_fade.value,
        )

    def relief_mas(self, times_h: ArrayLike) -> Floats:
        """Ashworth grades taken off the score (times,), at each of `times_h`."""
        times = np.asarray(times_h, dtype=np.float64)
        relief = np.zeros(times.shape)
        for given_h in self.given_h:
            since = np.maximum(times - given_h, 0.0)
            relief = np.maximum(relief, self.size_mas * self._shape(since) / self._peak())
        return relief

    def _shape(self, since_h: ArrayLike) -> Floats:
        hours = np.asarray(since_h, dtype=np.float64)
        return np.asarray(-np.expm1(-hours / self.rise_h) * np.exp(-hours / self.fade_h))

    def _peak(self) -> float:
        """The shape where its slope is zero, at rise · ln(1 + fade/rise)."""
        return float(self._shape(self.rise_h * math.log1p(self.fade_h / self.rise_h)))
