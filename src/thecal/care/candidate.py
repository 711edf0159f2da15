"""One person, as far as is known, who may be helped by a pump, and the numbers that a candidate is measured by."""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.titration import Origin
from thecal.sources import OWN_CHOICE, Sourced, register

SELECTION = "best practices in patient selection, Saulino 2016, doi 10.1111/ner.12447"
ENGLAND = "an English commissioning policy, studyres.com/doc/9943387"
NICE = "NICE CG145, recommendation {}, 1library.net"
LABEL_CAUTIONS = "cautions of the Gablofen label as restated by empr.com/gablofen/drug/3769"
LABEL_INDICATION = "indications of the Lioresal label as restated by epgonline.org/global/drugs/lioresal"

YOUNGEST = Sourced(name="youngest_age", value=4, unit="years", source=LABEL_CAUTIONS, grade="label")
BRAIN_INJURY_WAIT = Sourced(name="brain_injury_wait", value=365, unit="days", source=LABEL_INDICATION, grade="label")
LIGHTEST = Sourced(
    name="lightest_body",
    value=11_300,
    unit="g",
    source=f"{OWN_CHOICE}: the 25 lb that one implanter names in a lecture, neurosurgicalatlas.com/grand-rounds",
    grade="assumed",
)
SEVERE_GROUPS = Sourced(
    name="severe_groups", value=2, unit="muscle groups at Ashworth 4 or more", source=ENGLAND, grade="paper"
)
SEVERE_SPASMS = Sourced(
    name="severe_spasms", value=3, unit="on the Penn frequency scale", source=ENGLAND, grade="paper"
)

NUMBERS = register(YOUNGEST, BRAIN_INJURY_WAIT, LIGHTEST, SEVERE_GROUPS, SEVERE_SPASMS)


PENN_MOST = 4


class Fusion(Enum):
    """Whether the spine is fused, or will be."""

    NONE = auto()
    PLANNED = auto()
    DONE = auto()


class Epilepsy(Enum):
    """Whether there is epilepsy, and whether drugs control it."""

    NONE = auto()
    CONTROLLED = auto()
    UNCONTROLLED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidacyCase:
    """What is known of one person. None is not known, and never no.

    `groups_at_4` counts muscle groups at Ashworth 4 or more. `oral_failed` says that a drug by mouth helped too little
    or could not be borne. `interferes` says that spasticity stands in the way of comfort, movement, posture or care.
    """

    baclofen_allergy: bool | None = None
    active_infection: bool | None = None
    age_years: int | None = None
    weight_g: int | None = None
    origin: Origin | None = None
    brain_injury: bool | None = None
    brain_injury_days_ago: int | None = None
    fusion: Fusion | None = None
    epilepsy: Epilepsy | None = None
    coagulopathy: bool | None = None
    breathing_risk: bool | None = None
    malnutrition: bool | None = None
    psychosis: bool | None = None
    dysreflexia: bool | None = None
    kidneys_impaired: bool | None = None
    pregnant: bool | None = None
    other_device: bool | None = None
    relies_on_tone: bool | None = None
    goals_realistic: bool | None = None
    refills_committed: bool | None = None
    oral_failed: bool | None = None
    one_region: bool | None = None
    interferes: bool | None = None
    arms: bool | None = None
    legs: bool | None = None
    groups_at_4: int | None = None
    penn_frequency: int | None = None
    shunt: bool | None = None
    seizures: bool | None = None
    abdominal_surgery: bool | None = None

    def __post_init__(self) -> None:
        counted = (self.age_years, self.brain_injury_days_ago, self.groups_at_4)
        assert all(value is None or value >= 0 for value in counted), "ages, days and counts are not negative"
        assert self.weight_g is None or self.weight_g > 0, "a body weighs something"
        assert self.penn_frequency is None or 0 <= self.penn_frequency <= PENN_MOST, "the Penn scale ends at 4"


def is_severe(case: CandidacyCase) -> bool | None:
    """Whether one of the two measures of severity is reached; None where what is known does not settle it.

    >>> is_severe(CandidacyCase(groups_at_4=0, penn_frequency=3))
    True
    >>> is_severe(CandidacyCase(groups_at_4=0)) is None
    True
    """
    stiff = None if case.groups_at_4 is None else case.groups_at_4 >= SEVERE_GROUPS.whole()
    spasms = None if case.penn_frequency is None else case.penn_frequency >= SEVERE_SPASMS.whole()
    if stiff or spasms:
        return True
    return None if stiff is None or spasms is None else False
