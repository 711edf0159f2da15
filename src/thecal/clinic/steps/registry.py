"""Which steps there are, in the order of therapy."""

from thecal.clinic.steps import (
    assessment,
    candidacy,
    conference,
    coverage,
    follow_up,
    own,
    refills,
    removal,
    replacement,
    screening,
    surgery,
    telephone,
    titration,
    tried,
    trouble,
    wound,
)
from thecal.clinic.steps.mechanism import Sheet, Step

STEPS: tuple[Step, ...] = (
    assessment.STEP,
    tried.STEP,
    candidacy.STEP,
    conference.STEP,
    screening.STEP,
    surgery.STEP,
    wound.STEP,
    titration.STEP,
    refills.STEP,
    follow_up.STEP,
    telephone.STEP,
    trouble.STEP,
    replacement.STEP,
    removal.STEP,
    coverage.STEP,
    own.STEP,
)


def step_of(key: str) -> Step | None:
    """The step of that key; None where there is none."""
    return next((step for step in STEPS if step.key == key), None)


def sheet_of(key: str) -> Sheet | None:
    """The sheet of that whole key ("wound.check"); None where there is none."""
    return next((sheet for step in STEPS for sheet in step.sheets if sheet.key == key), None)
