"""The scales by which spasticity and its goals are written down, and what may be compared with what.

Grades are ordinal: they have an order, and a place where they are drawn (tenths of a point, 1+ between 1 and 2), but
the steps between them are not equal. Two scales that share digits are still two scales: the original Ashworth scale
knows no 1+, some authors count it from 1 to 5, and the Penn scale counts spasms in an hour where Snow's counts them in
a day. An assessment therefore keeps which one was used, and only like is compared with like.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from math import sqrt

from thecal.sources import Sourced, register

GAS_SOURCE = "Turner-Stokes 2009, with the erratum's formula, doi 10.1177/0269215508101742"
PENN_SOURCE = "NINDS common data elements, Penn Spasm Frequency Scale, commondataelements.ninds.nih.gov"
ASHWORTH_SOURCE = (
    "Modified Ashworth scale, statpearls.com/ArticleLibrary/viewarticle/25220; 0 to 5 as in JNER 10:61, 2013"
)

GAS_CORRELATION = Sourced(
    name="gas_correlation", value=300, unit="per mille", source=f"{GAS_SOURCE}; Kiresuk and Sherman 1968", grade="paper"
)
GAS_AS_EXPECTED = Sourced(name="gas_as_expected", value=50, unit="points", source=GAS_SOURCE, grade="paper")

NUMBERS = register(GAS_CORRELATION, GAS_AS_EXPECTED)


class AshworthVariant(Enum):
    """Which scale the grades belong to. One that counts from 1 to 5 is entered less one, as the original."""

    MODIFIED = auto()
    ORIGINAL = auto()


class Ashworth(IntEnum):
    """A grade, in order; the value is its rank, 0 to 5.

    >>> Ashworth.GRADE_1 < Ashworth.GRADE_1_PLUS < Ashworth.GRADE_2
    True
    >>> [(grade.label, grade.tenths) for grade in Ashworth]
    [('0', 0), ('1', 10), ('1+', 15), ('2', 20), ('3', 30), ('4', 40)]
    """

    GRADE_0 = 0
    GRADE_1 = 1
    GRADE_1_PLUS = 2
    GRADE_2 = 3
    GRADE_3 = 4
    GRADE_4 = 5

    @property
    def label(self) -> str:
        """The grade as it is written: 1+."""
        return ("0", "1", "1+", "2", "3", "4")[self]

    @property
    def tenths(self) -> int:
        """Where it is drawn and averaged, in tenths of a point: 1+ is 15."""
        return (0, 10, 15, 20, 30, 40)[self]


class Side(Enum):
    """The patient's own."""

    LEFT = auto()
    RIGHT = auto()


class MuscleGroup(Enum):
    """What is moved, from the shoulder down. The value is the name on screens."""

    SHOULDER_ADDUCTORS = "Shoulder adductors"
    ELBOW_FLEXORS = "Elbow flexors (biceps)"
    WRIST_FLEXORS = "Wrist flexors"
    FINGER_FLEXORS = "Finger flexors"
    HIP_FLEXORS = "Hip flexors"
    HIP_ADDUCTORS = "Hip adductors"
    KNEE_EXTENSORS = "Knee extensors (quadriceps)"
    KNEE_FLEXORS = "Knee flexors (hamstrings)"
    ANKLE_PLANTAR_FLEXORS = "Ankle plantar flexors (soleus)"


ARMS = frozenset(
    {
        MuscleGroup.SHOULDER_ADDUCTORS,
        MuscleGroup.ELBOW_FLEXORS,
        MuscleGroup.WRIST_FLEXORS,
        MuscleGroup.FINGER_FLEXORS,
    }
)
LEGS = frozenset(MuscleGroup) - ARMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """One muscle group's grade; None where it was not examined."""

    group: MuscleGroup
    side: Side
    grade: Ashworth | None = None

    @property
    def place(self) -> tuple[MuscleGroup, Side]:
        """Which muscles these are."""
        return self.group, self.side

    @property
    def entry(self) -> str:
        """The name of its entry: knee_flexors_left."""
        return f"{self.group.name}_{self.side.name}".lower()

    @property
    def says(self) -> str:
        """Knee flexors (hamstrings), left."""
        return f"{self.group.value}, {self.side.name.lower()}"


class PennFrequency(IntEnum):
    """How often there are spasms; 2 is less than one an hour, 3 more than one, 4 more than ten."""

    NONE = 0
    WHEN_STIMULATED = 1
    UNDER_ONE_AN_HOUR = 2
    OVER_ONE_AN_HOUR = 3
    OVER_TEN_AN_HOUR = 4


class PennSeverity(IntEnum):
    """How bad they are; not asked where there are none."""

    MILD = 1
    MODERATE = 2
    SEVERE = 3


class PennWindow(Enum):
    """The time over which the patient looked back. It is not standardised, and changes the answer."""

    LAST_HOUR = auto()
    LAST_DAY = auto()


class GasLevel(IntEnum):
    """How far a goal was reached: 0 is what was expected when it was set."""

    MUCH_LESS = -2
    LESS = -1
    AS_EXPECTED = 0
    MORE = 1
    MUCH_MORE = 2


def mean_hundredths(tones: Iterable[Tone], *, groups: frozenset[MuscleGroup] = LEGS) -> int | None:
    """The mean of the grades of `groups` that were examined, in hundredths of a point, rounded; None where none was.

    >>> left, right = (Tone(group=MuscleGroup.KNEE_FLEXORS, side=side, grade=Ashworth.GRADE_1_PLUS) for side in Side)
    >>> mean_hundredths([left, right])
    150
    >>> mean_hundredths([Tone(group=MuscleGroup.KNEE_FLEXORS, side=Side.LEFT)]) is None
    True
    """
    grades = [tone.grade for tone in tones if tone.grade is not None and tone.group in groups]
    return round(10 * sum(grade.tenths for grade in grades) / len(grades)) if grades else None


def gas_t_tenths(goals: Iterable[tuple[GasLevel, int]]) -> int | None:
    """The T-score of goals, each `(level, weight)`, in tenths; None without a goal. 500 is as expected.

    T = 50 + 10 Σwx / √((1 − ρ) Σw² + ρ (Σw)²), with ρ = 0.3.

    >>> gas_t_tenths([(GasLevel.AS_EXPECTED, 1), (GasLevel.AS_EXPECTED, 3)])
    500
    >>> gas_t_tenths([(GasLevel.MORE, 1)])
    600
    >>> gas_t_tenths([]) is None
    True
    """
    scored = list(goals)
    if not scored:
        return None
    assert all(weight > 0 for _, weight in scored), "a goal that weighs nothing is no goal"
    expected = GAS_AS_EXPECTED.whole() * 10
    correlation = GAS_CORRELATION.whole() / 1_000
    squares = sum(weight * weight for _, weight in scored)
    total = sum(weight for _, weight in scored)
    spread = sqrt((1 - correlation) * squares + correlation * total * total)
    return expected + round(100 * sum(level * weight for level, weight in scored) / spread)
