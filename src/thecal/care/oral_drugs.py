"""Drugs by mouth against spasticity: their names, and the highest daily doses in print.

The maxima are there to catch a slip of the pen. Nobody is dosed by them.
"""

from enum import Enum, auto

from thecal.care.limits import PAEDIATRIC_BELOW
from thecal.sources import Sourced, register
from thecal.units import NO_BREAK_SPACE, PG_PER_MG, decimal_text

ORAL_BACLOFEN = "baclofen by mouth, globalrph.com/rx-list/baclofen-drug and medilib.ir/uptodate/show/63526"
ORAL_TIZANIDINE = "systemic medication for spasticity, acquiredbraininjury-education.scot.nhs.uk"
MUSCLE_RELAXANTS = "antispasmodic agents, pharmacologicalsciences.us/pain-management-2"

BACLOFEN_ADULT = Sourced(name="oral_baclofen_adult_most", value=80, unit="mg/day", source=ORAL_BACLOFEN, grade="paper")
BACLOFEN_YOUNG = Sourced(
    name="oral_baclofen_under_8_most", value=40, unit="mg/day", source=ORAL_BACLOFEN, grade="paper"
)
BACLOFEN_FROM_8 = Sourced(
    name="oral_baclofen_8_to_17_most", value=60, unit="mg/day", source=ORAL_BACLOFEN, grade="paper"
)
YOUNG_BELOW = Sourced(name="oral_baclofen_young_below", value=8, unit="years", source=ORAL_BACLOFEN, grade="paper")
TIZANIDINE_USUAL = Sourced(
    name="oral_tizanidine_usual_most", value=24, unit="mg/day", source=ORAL_TIZANIDINE, grade="paper"
)
TIZANIDINE_US = Sourced(name="oral_tizanidine_us_most", value=36, unit="mg/day", source=ORAL_TIZANIDINE, grade="paper")
DANTROLENE_MOST = Sourced(name="oral_dantrolene_most", value=400, unit="mg/day", source=MUSCLE_RELAXANTS, grade="paper")
DIAZEPAM_MOST = Sourced(
    name="oral_diazepam_most",
    value=60,
    unit="mg/day",
    source="oral drugs for spasticity, medilib.ir/uptodate/show/63526",
    grade="paper",
)

NUMBERS = register(
    BACLOFEN_ADULT,
    BACLOFEN_YOUNG,
    BACLOFEN_FROM_8,
    YOUNG_BELOW,
    TIZANIDINE_USUAL,
    TIZANIDINE_US,
    DANTROLENE_MOST,
    DIAZEPAM_MOST,
)

NEVER_STOP_AT_ONCE = "Never stop baclofen at once: fever, confusion, violent stiffness and death have followed."
"""Said wherever baclofen is taken or was stopped."""


class Drug(Enum):
    """What is taken by mouth against spasticity."""

    BACLOFEN = auto()
    TIZANIDINE = auto()
    DANTROLENE = auto()
    DIAZEPAM = auto()
    GABAPENTIN = auto()
    CANNABINOID = auto()
    OTHER = auto()


_MAXIMA = {
    Drug.TIZANIDINE: (TIZANIDINE_USUAL, TIZANIDINE_US),
    Drug.DANTROLENE: (DANTROLENE_MOST,),
    Drug.DIAZEPAM: (DIAZEPAM_MOST,),
}


def published_maxima(drug: Drug | None, age_years: int | None) -> tuple[Sourced, ...]:
    """The highest daily doses in print, lowest first; of an unknown age those of a child stand first.

    >>> [most.value for most in published_maxima(Drug.TIZANIDINE, None)]
    [24, 36]
    >>> [most.value for most in published_maxima(Drug.BACLOFEN, 7)]
    [40]
    """
    if drug is not Drug.BACLOFEN:
        return () if drug is None else _MAXIMA.get(drug, ())
    if age_years is None:
        return (BACLOFEN_YOUNG, BACLOFEN_FROM_8, BACLOFEN_ADULT)
    if age_years < YOUNG_BELOW.whole():
        return (BACLOFEN_YOUNG,)
    return (BACLOFEN_ADULT,) if age_years >= PAEDIATRIC_BELOW.whole() else (BACLOFEN_FROM_8,)


def show_oral_dose(dose_pg_per_day: int) -> str:
    """60 mg/day.

    >>> show_oral_dose(7_500_000_000).replace(NO_BREAK_SPACE, " ")
    '7.5 mg/day'
    """
    return f"{decimal_text(dose_pg_per_day, PG_PER_MG, places=3)}{NO_BREAK_SPACE}mg/day"
