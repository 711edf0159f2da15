"""What changes the way fluid moves for a while: posture, activity, fluid drained through a needle.

A regime holds over a stretch of time; the operator is constant within it, so propagation stays exact.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """`stirring` multiplies every dispersion coefficient; a drain takes `drain_ml_per_h` of fluid at `drain_level`.

    Drained fluid is replaced from the head, so that it flows down the canal to the needle; volumes stay what they were.
    """

    stirring: float = 1.0
    drain_level: str | None = None
    drain_ml_per_h: float = 0.0


USUAL = Regime()
