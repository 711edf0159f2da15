"""What was found in one person: occasions, what was given on each, and the readings taken.

Hours count from the beginning of an occasion. Drug reaches the body in three ways, which may come together: a lumbar
puncture's bolus at hour 0, an infusion through the catheter, and a program that had been running for long before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from thecal.body.anatomy import TARGETS, level_range_cm
from thecal.body.calibration.errors import GRADES
from thecal.body.stature import ADULT, Stature
from thecal.errors import BadInput

REFLEX_MUSCLE = "soleus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ashworth:
    """A modified Ashworth grade of a muscle, at an hour of its occasion."""

    muscle: str
    at_h: float
    grade: str

    def __post_init__(self) -> None:
        _check_muscle(self.muscle)
        _check_grade(self.grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflex:
    """The soleus H/M ratio over its value without drug, at an hour of its occasion."""

    at_h: float
    residual: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.residual <= 2.0:
            raise BadInput(
                "residual", f"{self.residual:g} is no share of a reflex", remedy="Write 0 to 2; 1 is as before."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fluid:
    """A concentration in CSF at a vertebral level, at an hour of its occasion."""

    level: str
    at_h: float
    mcg_per_ml: float

    def __post_init__(self) -> None:
        level_range_cm(self.level)
        if not 0.0 < self.mcg_per_ml < 100.0:
            says = f"{self.mcg_per_ml:g} mcg/mL is not what an assay finds"
            raise BadInput("concentration", says, remedy="Write what was found, in mcg/mL: 0.35.")


Reading = Ashworth | Reflex | Fluid


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosing:
    """Rates (mcg/h) at the tip between edges (h): one rate fewer than edges."""

    edges_h: tuple[float, ...] = (0.0,)
    rates_mcg_per_h: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One occasion on which somebody was watched.

    `settled` is the cycle of a program in balance with the body before hour 0; nobody had drug where it is None.
    `infused` is what the tip gives from hour 0 to the last reading, or none. `chronic` says that this person was used
    to baclofen. `placebo` lets expectation share in what the examiner found.
    """

    says: str
    puncture_mcg: float = 0.0
    puncture_level: str = "L3"
    infused: Dosing = Dosing()
    settled: Dosing | None = None
    chronic: bool = False
    placebo: bool = False
    readings: tuple[Reading, ...]

    def __post_init__(self) -> None:
        level_range_cm(self.puncture_level)
        if not self.readings:
            raise BadInput("readings", "there are none", remedy="Give each occasion at least one reading.")
        if min(reading.at_h for reading in self.readings) < 0.0:
            raise BadInput("at", "is before the occasion", remedy="Count hours from when the drug was given.")

    @property
    def last_h(self) -> float:
        """When the last reading was taken."""
        return max(reading.at_h for reading in self.readings)

    def infusion(self) -> tuple[Sequence[float], Sequence[float]]:
        """(edges, rates) from hour 0 to the last reading or beyond, with nothing where nothing is given."""
        edges, rates = self.infused.edges_h, self.infused.rates_mcg_per_h
        if edges[-1] >= self.last_h and rates:
            return edges, rates
        return (*edges, max(self.last_h, edges[-1]) + 1.0), (*rates, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that calibration is told of one person.

    `baseline`, by muscle, are the grades found without any drug; every muscle that has a reading has one.
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

    def readings(self) -> tuple[Reading, ...]:
        """Every reading, occasion by occasion."""
        return tuple(reading for occasion in self.occasions for reading in occasion.readings)

    @property
    def muscles(self) -> tuple[str, ...]:
        """The muscles that somebody examined, in the body's order."""
        return tuple(muscle for muscle in TARGETS if self.baseline.get(muscle))


def grade_index(grade: str) -> int:
    """A grade's place among `GRADES`."""
    return GRADES.index(grade)


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
