"""The review: what runs beside what is proposed, what it will do at the tip, and every finding, worst first.

One pure function that screen, command line and tests all call. It sends nothing and prefills nothing. What it returns
can be written as JSON (`canonical.to_plain`).
"""

from dataclasses import dataclass

from thecal.care.bridge import Bridge, WithoutBridge
from thecal.care.prime import Prime
from thecal.findings import Finding, worst_first
from thecal.programmer.prescription import Prescription
from thecal.programmer.review.case import lacking_bridge, make_case, make_update, planned_bridge, planned_prime
from thecal.programmer.review.circumstances import Circumstances, LastFill, Refill
from thecal.programmer.review.rules import Verdict, all_findings, verdict_of
from thecal.programmer.review.sides import Mixture, Side, change_per_mille, mixture_of, pending_side, pictures, side
from thecal.programmer.tip import Picture, pump_as_read, what_if
from thecal.pump.commands import Update
from thecal.pump.devices import PumpModel
from thecal.pump.memory import Interrogation

__all__ = [
    "Circumstances",
    "LastFill",
    "Mixture",
    "Refill",
    "Review",
    "Side",
    "Verdict",
    "review",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything a person sees before an update, and the update itself.

    `arrival_ms` is when the change reaches the tip, None where it is not known or never does. `unchanged` is the
    picture with no update, over the same time as `picture`. `bridge` and `without_bridge` are what-ifs, there whenever
    drug or concentration changes and the path is known; what was decided is in `update.bolus`.
    """

    at_ms: int
    current: Side
    pending: Side
    change_per_mille: int | None
    arrival_ms: int | None
    until_ms: int
    picture: Picture | None
    unchanged: Picture | None
    bridge: Bridge | None
    without_bridge: WithoutBridge | None
    prime: Prime | None
    mixture: Mixture | None
    findings: tuple[Finding, ...]
    verdict: Verdict
    missing: tuple[str, ...]
    update: Update
    digest: str


def review(
    *, interrogation: Interrogation, prescription: Prescription, pump_model: PumpModel, circumstances: Circumstances
) -> Review:
    """What `prescription` would do to the pump that was just read. Pure; the time is the read-out's.

    BadInput names an entry that cannot be meant. Everything else is a finding, or a number to look at.
    """
    assert interrogation.pump_model == pump_model.name, "the review is of the pump that was read"
    case = make_case(interrogation, prescription, pump_model, circumstances)
    planned, primed = planned_bridge(case), planned_prime(case)
    update = make_update(case, planned, primed)
    before = pump_as_read(interrogation)
    after = what_if(before, update)
    findings = tuple(worst_first(all_findings(case, update, after)))
    verdict, missing = verdict_of(findings, circumstances)
    drawn = pictures(case, before, after)
    return Review(
        at_ms=interrogation.at_ms,
        current=side(case, before, ordered=None, refilled=False),
        pending=pending_side(case, before, after, update),
        change_per_mille=change_per_mille(interrogation.dose_pg_per_day, case.new_pg_per_day),
        arrival_ms=drawn.arrival_ms,
        until_ms=drawn.until_ms,
        picture=drawn.picture,
        unchanged=drawn.unchanged,
        bridge=planned,
        without_bridge=lacking_bridge(case),
        prime=primed,
        mixture=mixture_of(case),
        findings=findings,
        verdict=verdict,
        missing=missing,
        update=update,
        digest=update.digest(),
    )
