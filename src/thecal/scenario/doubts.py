"""What a reader has to know to doubt a scenario's predictions rightly: sentences, for every surface that shows them."""

from collections.abc import Iterator

from thecal.body.signs import NOT_A_REASSURANCE, WITHDRAWAL_LABEL
from thecal.body.validation.outside import outside
from thecal.body.validation.table import TARGETS
from thecal.scenario.models import Scenario
from thecal.twin.virtual import BAND_SAYS

TOLERANCE = {
    "naive": "Tolerance is held as before any baclofen.",
    "chronic": "Tolerance is held at one factor for chronic therapy (assumed); withdrawal is not predicted.",
    "dynamic": "Tolerance grows and fades with the drug at assumed speeds.",
}


def assumptions(scenario: Scenario) -> tuple[str, ...]:
    """Every assumption that this scenario's predictions rest on, the widest first."""
    return tuple(_sentences(scenario))


def _sentences(scenario: Scenario) -> Iterator[str]:
    patient = scenario.patient
    yield f"The line is a typical person of this build, nobody in particular; the band is {BAND_SAYS}."
    yield TOLERANCE[patient.tolerance]
    if patient.tolerance == "dynamic":
        yield f"{WITHDRAWAL_LABEL[0].upper()}{WITHDRAWAL_LABEL[1:]}."
    if patient.so_far == "steady":
        yield "The body begins in balance with the first program."
    if patient.height_mm is None:
        yield "The height is the median of this age and sex."
    if scenario.posture:
        yield "How much a posture stirs the fluid is assumed."
    if scenario.drains:
        yield "Fluid that is drained is replaced from the head, and volumes stay what they were."
    yield "Placebo is taken off what an examiner finds." if patient.placebo else "No placebo effect is counted."
    failed = outside()
    yield f"{len(failed)} of {len(TARGETS)} published measurements lie outside what this body computes."
    yield f"Drowsiness and breathing rest on placeholders. {NOT_A_REASSURANCE}"
