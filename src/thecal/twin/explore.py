"""What a program would do to a person, asked freely: no pump takes it, no dose is proposed, nothing is kept.

The dose at the tip is taken as asked from the first moment on. The typical person is the line, virtual patients are the
band; the program that was read out is drawn beside it, as it would go on. Tolerance grows and fades with what muscles
feel, from what the read program has accustomed the person to, so that withdrawal can be looked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from thecal.body import LEVELS, TARGETS, TWO_POOL, Body, BodyState, Stature
from thecal.body.adaptation import Adaptation, Tolerance, settled
from thecal.body.anatomy import Floats
from thecal.body.blame import blame
from thecal.body.cohort import Cohort
from thecal.body.ensemble import Ensemble, band
from thecal.body.parameters import Parameters
from thecal.body.population import Amplitudes
from thecal.body.response import Responder, Response, respond
from thecal.body.stature import Sex
from thecal.pump.memory import Interrogation
from thecal.sources import OWN_CHOICE, Sourced
from thecal.twin.forecast import begun, cycle, silent_since
from thecal.twin.lived import Dose, Exposure, live
from thecal.twin.virtual import Felt
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, PG_PER_MCG

BOLUS_OVER = Sourced(
    name="time over which a bolus by catheter leaves the tip",
    value=5,
    unit="min",
    source=f"{OWN_CHOICE}: a slow push by hand",
    grade="assumed",
)
SHOWN_LEVELS = ("C5", "T4", "T10", "L1", "L3")
CISTERNS = "cisterns"
"""What the ensemble calls the fluid around the brainstem."""
PUNCTURE_LEVEL = "L3"
FEWEST_DAYS, MOST_DAYS = 1, 30
LOOKS = 240
"""No more times than a screen tells apart."""
SPACINGS_MS = (15 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS)
EARLY_MS = tuple(minutes * MINUTE_MS for minutes in (5, 10, 15, 30, 45, 60, 90))
"""After a change it is looked at more closely, so that a bolus keeps its peak."""
PAST_MS = 90 * DAY_MS
"""What was longer ago is taken as for ever ago: spinal fluid has forgotten it, and fast tolerance too."""
PAST_SPACING_H = 6.0
HABIT_SPACING_H = 2.0
STRIDE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuous:
    """One constant rate."""

    dose_pg_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flex:
    """(beginning in ms after local midnight, dose per day while it lasts), in order; the last runs past midnight."""

    steps: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        starts = [start for start, _ in self.steps]
        assert starts, "a pattern has a step"
        assert all(0 <= start < DAY_MS for start in starts), "a step begins within the day"
        assert all(one < two for one, two in pairwise(starts)), "the steps of a pattern are in order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bolus:
    """A single dose at the first moment, by puncture or at the tip, on top of the program that was read out."""

    mass_pg: int
    by_puncture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Nothing more."""


What = Continuous | Flex | Bolus | Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and of whom. `read` is the latest read-out, if there is one; None of the body is not known."""

    what: What
    days: int
    now_ms: int
    utc_offset_min: int
    tip_level: str
    age_years: float | None = None
    sex: Sex | None = None
    height_cm: float | None = None
    baseline_mas: float | None = None
    read: Interrogation | None = None

    @property
    def end_ms(self) -> int:
        """The last moment that is looked at."""
        return self.now_ms + self.days * DAY_MS

    @cached_property
    def stature(self) -> Stature:
        """The build. BadInput for somebody whom the model does not know."""
        if self.age_years is None:
            return Stature(sex=self.sex) if self.height_cm is None else Stature(height_cm=self.height_cm, sex=self.sex)
        return Stature.of(age_years=self.age_years, sex=self.sex, height_cm=self.height_cm)
