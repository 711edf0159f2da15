"""A new pump on a catheter that stays: what each holds, what a prime is for, and when a bridge is needed.

The catheter still holds drug at the old concentration unless it was aspirated. Only what is empty is primed: that may
be the new pump's tubing alone, and then the prime pushes the catheter's drug ahead of it (`thecal.care.operation`).
"""

from dataclasses import dataclass

from thecal.care.answers import Questions
from thecal.care.operation import OperationCase, judge_parts, parts_of, prime_of
from thecal.care.path import Holds
from thecal.care.prime import Prime
from thecal.findings import Finding, Rule, Severity
from thecal.units import show_concentration, show_mass, show_volume

OLD_DRUG = Rule(
    name="replacement.old_drug",
    severity=Severity.NOTE,
    asks="Does the catheter that stays still hold drug at the old concentration?",
    source="what is primed at a replacement, CMSC 2015, cmsc.confex.com/cmsc/2015/webprogram/Paper3434.html",
    grade="paper",
)
BRIDGE = Rule(
    name="replacement.bridge",
    severity=Severity.REASON,
    asks="Does the new pump's concentration differ from what the catheter holds?",
    source="a bridge with each change of concentration, Saulino 2016, doi 10.1111/ner.12388",
    grade="paper",
)

RULES = (OLD_DRUG, BRIDGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPumpCase:
    """A new pump on the catheter that stays.

    `operation` is what was joined; its concentration is what the catheter holds. `new_concentration_pg_per_nl` is what
    the new pump is filled with; None where it is not known.
    """

    operation: OperationCase
    new_concentration_pg_per_nl: int | None = None


def prime_of_new_pump(case: NewPumpCase) -> Prime | None:
    """The prime of the parts recorded as empty, with the new drug; None where something is not known.

    >>> old = OperationCase(catheter_total_mm=890, catheter_trimmed_mm=120, catheter_nl_per_cm=2_200, tubing_nl=140_000,
    ...     tubing_holds=Holds.NO_DRUG, catheter_holds=Holds.DRUG, concentration_pg_per_nl=500)
    >>> prime_of_new_pump(NewPumpCase(operation=old, new_concentration_pg_per_nl=2_000)).volume_nl
    140000
    """
    if case.new_concentration_pg_per_nl is None:
        return None
    planned = prime_of(case.operation)
    if planned is None:
        return None
    return Prime(
        volume_nl=planned.volume_nl,
        rate_nl_per_day=planned.rate_nl_per_day,
        concentration_pg_per_nl=case.new_concentration_pg_per_nl,
    )


def judge_new_pump(case: NewPumpCase) -> list[Finding]:
    """What a new pump on an old catheter asks for: what each part holds, what a prime pushes, and a bridge.

    >>> aspirated = OperationCase(catheter_total_mm=890, catheter_trimmed_mm=120, catheter_nl_per_cm=2_200,
    ...     tubing_nl=140_000, tubing_holds=Holds.DRUG, catheter_holds=Holds.NO_DRUG, concentration_pg_per_nl=500)
    >>> judge_new_pump(NewPumpCase(operation=aspirated, new_concentration_pg_per_nl=2_000))
    []
    >>> from dataclasses import replace
    >>> full = replace(aspirated, catheter_holds=Holds.DRUG)
    >>> [f.rule for f in judge_new_pump(NewPumpCase(operation=full, new_concentration_pg_per_nl=500))]
    ['replacement.old_drug']
    >>> [f.rule for f in judge_new_pump(NewPumpCase(operation=full, new_concentration_pg_per_nl=2_000))]
    ['replacement.old_drug', 'replacement.bridge']
    """
    found = judge_parts(case.operation)
    if case.operation.catheter_holds is not Holds.DRUG:
        return found
    found.append(_old_drug(case.operation))
    old, new = case.operation.concentration_pg_per_nl, case.new_concentration_pg_per_nl
    if old is None or new is None or old != new:
        found.append(_bridge(old, new))
    return found


def _old_drug(operation: OperationCase) -> Finding:
    """How much is still in the catheter."""
    _, catheter = parts_of(operation)
    old = operation.concentration_pg_per_nl
    volume = "an unknown volume" if catheter.volume_nl is None else show_volume(catheter.volume_nl)
    mass = ""
    if catheter.volume_nl is not None and old is not None:
        mass = f", {show_mass(catheter.volume_nl * old)} at {show_concentration(old)}"
    return OLD_DRUG.finding(
        field="catheter_holds",
        says=f"The catheter still holds {volume} of the old drug{mass}.",
        remedy="Do not prime the catheter: it would push that drug through the tip.",
    )


def _bridge(old: int | None, new: int | None) -> Finding:
    """The two concentrations side by side; not knowing one of them is no sameness."""
    before = "not known" if old is None else show_concentration(old)
    after = "not known" if new is None else show_concentration(new)
    return BRIDGE.finding(
        field="new_concentration_pg_per_nl",
        says=f"In the catheter: {before}. In the new pump: {after}.",
        remedy="Decide about a bridge in the visit that programs the new pump, or fill with the old concentration.",
    )


QUESTIONS: Questions = {"replacement.new_pump": (NewPumpCase, judge_new_pump)}
"""What can be asked here: the case, and who judges it."""
