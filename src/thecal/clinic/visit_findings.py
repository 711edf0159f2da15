"""What a visit asks for beside what its program does: the refill's protocol, and the parts that a prime would fill."""

from dataclasses import dataclass

from thecal.care.operation import judge_parts
from thecal.care.path import Holds, Part, missing, volume_of
from thecal.care.prime import in_path_pg
from thecal.care.refill_visit import EndCase
from thecal.clinic import refilling
from thecal.clinic.circumstances import held_by
from thecal.clinic.draft import Draft
from thecal.clinic.models import Fill, Implant, Visit
from thecal.clinic.steps.operating import HOLDS_NAMES, beside, case_of, unbridged
from thecal.findings import Finding
from thecal.programmer.review import Review
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.memory import Interrogation
from thecal.units import show_mass, show_volume


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimeOffer:
    """Whether a prime is offered in this visit, and why it is not."""

    is_offered: bool
    says: str


def prime_offer(implant: Implant, read: Interrogation, label_pg_per_nl: int | None) -> PrimeOffer | None:
    """The prime of parts that are recorded to hold no drug; None where there is nothing to say of one.

    `label_pg_per_nl` is what was filled, for the drug that may lie in the path already.
    """
    recorded = (implant.tubing_holds, implant.catheter_holds)
    tubing, catheter = (held_by(implant, read, holds) or _unsaid(read) for holds in recorded)
    parts = (
        Part(name="tubing", volume_nl=implant.tubing_nl, holds=tubing),
        Part(name="catheter", volume_nl=implant.catheter_nl, holds=catheter),
    )
    if Holds.UNKNOWN in (tubing, catheter):
        held_pg = in_path_pg(parts=parts, concentration_pg_per_nl=label_pg_per_nl or 0)
        drug = "an unknown amount of drug" if not held_pg else show_mass(held_pg)
        return PrimeOffer(
            is_offered=False,
            says=f"No prime is offered: {missing(parts)} is not known. {drug} may lie in the path already.",
        )
    if tubing is Holds.NO_DRUG and catheter is Holds.DRUG:
        held_pg = implant.catheter_nl * (label_pg_per_nl or 0)
        drug = show_mass(held_pg) if held_pg else "the drug"
        return PrimeOffer(
            is_offered=False,
            says=f"No prime is offered: it would push {drug} that the catheter holds through the tip.",
        )
    if Holds.NO_DRUG not in (tubing, catheter):
        return None
    empty_nl = volume_of(parts, Holds.NO_DRUG)
    assert empty_nl is not None, "both parts are known"
    return PrimeOffer(is_offered=True, says=f"{show_volume(empty_nl)} of the path is recorded to hold no drug.")


def _unsaid(read: Interrogation) -> Holds:
    """Nobody wrote it down: a pump that was programmed delivers through full parts, of any other nobody knows."""
    return Holds.UNKNOWN if read.program is None else Holds.DRUG


def of_the_visit(visit: Visit, implant: Implant, read: Interrogation, draft: Draft) -> list[Finding]:
    """What the refill left open that this update tells the pump of, and what a prime would push through the tip."""
    fill = implant.fills.filter(pk=visit.draft.get("fill")).first()
    told = read.program.concentration_pg_per_nl if read.program is not None else None
    found = [] if fill is None or "visit" not in fill.checks else fill_findings(visit, fill, told)
    if draft.prime == "yes":
        label = fill.concentration_pg_per_nl if fill is not None else told
        found += beside(judge_parts(case_of(implant, label)), dict.fromkeys(HOLDS_NAMES, "prime"))
    return found


def of_a_new_pump(implant: Implant, read: Interrogation, reviewed: Review) -> list[Finding]:
    """What the first program of a pump does with the drug that the pump before it left in the catheter.

    The review cannot tell: of a pump that was never programmed no old drug is known.
    """
    if read.program is not None or reviewed.pending.dose_pg_per_day == 0:
        return []
    return unbridged(
        implant,
        dose_pg_per_day=reviewed.pending.dose_pg_per_day,
        concentration_pg_per_nl=reviewed.update.program.concentration_pg_per_nl,
    )


def fill_findings(visit: Visit, fill: Fill, told_pg_per_nl: int | None) -> list[Finding]:
    """What identity, label and needle of a fill ask for, by the protocol that was kept with it."""
    beside = refilling.Bedside(
        patient=visit.patient,
        told_pg_per_nl=told_pg_per_nl,
        capacity_nl=PUMP_MODELS[fill.implant.pump_model].capacity_nl,
        now_ms=fill.at_ms,
    )
    protocol = refilling.Protocol.from_json(fill.checks)
    return refilling.findings_of(refilling.case_of(protocol, beside, read_pump=True, end=EndCase()))
