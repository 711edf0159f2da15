"""What changes the way fluid moves for a while: posture, activity, fluid drained through a needle.

A regime holds over a stretch of time; the operator is constant within it, so propagation stays exact.

How much posture and activity stir is not known. What a fit calls dispersion is streaming, posture and movement in one
lump: 1 is awake people through their days; anaesthetised pigs needed about a hundredth of it (Bernards 2006). For the
same reason volumes are left alone: lumbosacral CSF measured 38.1 mL with the head up, 34.4 mL flat and 28.7 mL with the
legs up, but what that moves to and fro in a day is in the lump already.
"""

import math
from dataclasses import dataclass

from thecal.body.anatomy import level_range_cm
from thecal.errors import BadInput
from thecal.sources import OWN_CHOICE, Sourced

MOST_STIRRING = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """`stirring` multiplies every dispersion coefficient; a drain takes `drain_ml_per_h` of fluid at `drain_level`.

    Drained fluid is replaced from the head, so that it flows down the canal to the needle. BadInput for a stirring or
    a drain that nothing could bring about, and for a drain without a level.
    """

    stirring: float = 1.0
    drain_level: str | None = None
    drain_ml_per_h: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 < self.stirring <= MOST_STIRRING:
            remedy = f"Give a factor above 0, up to {MOST_STIRRING:g}; 1 is an ordinary day."
            raise BadInput("stirring", f"nothing stirs {self.stirring:g} times as much", remedy=remedy)
        if not 0.0 <= self.drain_ml_per_h < math.inf:
            raise BadInput(
                "drain_ml_per_h", f"{self.drain_ml_per_h:g} mL/h cannot be drained", remedy="Give 0 or more."
            )
        if self.drain_level is None and self.drain_ml_per_h:
            raise BadInput(
                "drain_level", "is missing", remedy="Say at which vertebral level the needle is, such as L3."
            )
        if self.drain_level is not None:
            level_range_cm(self.drain_level)


def _stirring(name: str, factor: float, source: str) -> Sourced:
    return Sourced(name=f"stirring, {name}", value=factor, unit="1", source=source, grade="assumed")


STIRRING: dict[str, Sourced] = {
    "usual": _stirring("usual", 1.0, f"{OWN_CHOICE}: what dispersion was fitted to"),
    "lying": _stirring("lying", 0.7, f"{OWN_CHOICE}: less than an ordinary day"),
    "upright": _stirring("upright", 1.0, f"{OWN_CHOICE}: lumbar to cisternal ratios did not depend on position"),
    "walking": _stirring("walking", 2.0, f"{OWN_CHOICE}: more than an ordinary day"),
    "anaesthetised": _stirring(
        "anaesthetised",
        0.01,
        f"{OWN_CHOICE}: people taken for the pigs of Bernards 2006, which lay still",
    ),
}
REGIMES: dict[str, Regime] = {name: Regime(stirring=factor.value) for name, factor in STIRRING.items()}
"""By name: usual, lying, upright, walking, anaesthetised. All factors are assumed."""

USUAL = REGIMES["usual"]
