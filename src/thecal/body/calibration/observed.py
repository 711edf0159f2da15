"""What was found in one person: occasions, what was given on each, and the readings taken.

Hours count from the beginning of an occasion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from thecal.body.anatomy import TARGETS, Floats, level_range_cm
from thecal.body.calibration.errors import GRADES
from thecal.body.stature import ADULT, Stature
from thecal.errors import BadInput

MOST_RESIDUAL, MOST_MCG_PER_ML = 2.0, 2000.0
"""What a slip of the hand exceeds: a reflex twice as large as without drug, and the strongest solution there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ashworth:
    """A modified Ashworth grade of a muscle, at an hour of its occasion.

    BadInput for a muscle that is not followed, and for a grade that is none.
    """

    muscle: str
    at_h: float
    grade: str

    def __post_init__(self) -> None:
        _check_muscle(self.muscle)
        _check_grade(self.grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflex:
    """The soleus H/M ratio over its value without drug, `residual`, at an hour of its occasion.

    BadInput below 0 and above `MOST_RESIDUAL`.
    """

    at_h: float
    residual: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.residual <= MOST_RESIDUAL:
            raise BadInput(
                "residual", f"{self.residual:g} is no share of a reflex", remedy="Write 0 to 2; 1 is as before."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fluid:
    """A concentration in CSF at a vertebral level, at an hour of its occasion.

    BadInput for a level that is none, for nothing, and above `MOST_MCG_PER_ML`.
    """

    level: str
    at_h: float
    mcg_per_ml: float

    def __post_init__(self) -> None:
        level_range_cm(self.level)
        if not 0.0 < self.mcg_per_ml <= MOST_MCG_PER_ML:
            says = f"{self.mcg_per_ml:g} mcg/mL is not what an assay finds"
            raise BadInput("concentration", says, remedy="Write what was found, in mcg/mL: 0.35.")


Reading = Ashworth | Reflex | Fluid


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosing:
    """Rates (mcg/h) at the tip between edges (h): one rate fewer than edges."""

    edges_h: tuple[float, ...] = (0.0,)
    rates_mcg_per_h: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a body is given: a lumbar puncture's bolus at hour 0, an infusion from hour 0 on, a program long before.

    `settled` is the cycle of a program in balance with the body at hour 0; None where nobody had drug. Nothing more
    runs after the last edge of `infused`. BadInput for a level that is none.
    """

    puncture_mcg: float = 0.0
    puncture_level: str = "L3"
    infused: Dosing = Dosing()
    settled: Dosing | None = None

    def __post_init__(self) -> None:
        level_range_cm(self.puncture_level)

    def infusion(self, until_h: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """(edges, rates) from hour 0 beyond `until_h`, with nothing where nothing is given."""
        edges, rates = self.infused.edges_h, self.infused.rates_mcg_per_h
        if rates and edges[-1] >= until_h:
            return edges, rates
        return (*edges, max(until_h, edges[-1]) + 1.0), (*rates, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One occasion on which somebody was watched.

    `chronic` says that this person was used to baclofen. `placebo` lets expectation share in what the examiner found.
    BadInput without readings, and for one before the occasion.
    """

    says: str
    given: Given
    chronic: bool = False
    placebo: bool = False
    readings: tuple[Reading, ...]

    def __post_init__(self) -> None:
        if not self.readings:
            raise BadInput("readings", "there are none", remedy="Give each occasion at least one reading.")
        if min(reading.at_h for reading in self.readings) < 0.0:
            raise BadInput("at", "is before the occasion", remedy="Count hours from when the drug was given.")

    def times_h(self) -> Floats:
        """When there was a reading (times,), in order, each time once."""
        return np.unique([reading.at_h for reading in self.readings])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that calibration is told of one person.

    `baseline`, by muscle, are the grades found without any drug; every muscle that has a reading has one.
    BadInput where it has none, without occasions, and for a level, muscle or grade that is none.
    """

    tip_level: str
    baseline: Mapping[str, tuple[str, ...]]
    occasions: tuple[Occasion, ...]
    stature: Stature = ADULT

    def __post_init__(self) -> None:
        level_range_cm(self.tip_level)
        for muscle, grades in self.baseline.items():
            _check_muscle(muscle)
            for grade in grades:
                _check_grade(grade)
        for muscle in sorted({reading.muscle for reading in self.readings() if isinstance(reading, Ashworth)}):
            if not self.baseline.get(muscle):
                says = f"has no grade of the {muscle} without drug"
                raise BadInput("baseline", says, remedy="Give what was found before the first dose.")
        if not self.occasions:
            raise BadInput("occasions", "there are none", remedy="Give at least one, with its readings.")

    def read(self, readings: Sequence[Reading]) -> "Case":
        """The same case with other readings, occasion by occasion."""
        left = iter(readings)
        occasions = (replace(each, readings=tuple(islice(left, len(each.readings)))) for each in self.occasions)
        return replace(self, occasions=tuple(occasions))

    def readings(self) -> tuple[Reading, ...]:
        """Every reading, occasion by occasion."""
        return tuple(reading for occasion in self.occasions for reading in occasion.readings)

    @property
    def muscles(self) -> tuple[str, ...]:
        """The muscles that somebody examined, in the body's order."""
        return tuple(muscle for muscle in TARGETS if self.baseline.get(muscle))


def levels_read(case: Case) -> tuple[str, ...]:
    """The levels at which somebody sampled CSF, each once."""
    found = [reading.level for reading in case.readings() if isinstance(reading, Fluid)]
    return tuple(np.unique(found).tolist())


def _check_muscle(muscle: str) -> None:
    if muscle not in TARGETS:
        raise BadInput("muscle", f"{muscle!r} is not followed", remedy=f"Use one of: {', '.join(TARGETS)}.")


def _check_grade(grade: str) -> None:
    if grade not in GRADES:
        raise BadInput("grade", f"{grade!r} is no Ashworth grade", remedy=f"Use one of: {', '.join(GRADES)}.")
