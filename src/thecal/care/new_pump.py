"""A new pump on a catheter that stays: what each holds, what a prime is for, and when a bridge is needed.

The catheter still holds drug at the old concentration unless it was aspirated. Only what is empty is primed: that may
be the new pump's tubing alone, and then the prime pushes the catheter's drug ahead of it (`thecal.care.operation`).
"""

from dataclasses import dataclass

from thecal.care.answers import Questions
from thecal.care.bridge import without_bridge
from thecal.care.operation import OperationCase, judge_parts, parts_of, prime_of
from thecal.care.path import Holds, Part
from thecal.care.prime import Prime
from thecal.findings import Finding, Rule, Severity
from thecal.sources import COMPUTED
from thecal.units import round_div, show_concentration, show_mass, show_volume

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

UNBRIDGED = Rule(
    name="replacement.unbridged",
    severity=Severity.TWO_PEOPLE,
    asks="Does the new pump's first program push the catheter's old drug out at another dose?",
    source=f"{COMPUTED}: in plug flow, the dose times the old concentration over the new one",
    grade="derived",
)

RULES = (OLD_DRUG, BRIDGE, UNBRIDGED)


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
    share = "" if old is None or new is None else f" Until it is gone, the tip gets {_percent(old, new)} of each dose."
    return BRIDGE.finding(
        field="new_concentration_pg_per_nl",
        says=f"In the catheter: {before}. In the new pump: {after}.{share}",
        remedy="Fill with the old concentration, or empty the catheter; a new pump knows no old drug to bridge with.",
    )


def _percent(old: int, new: int) -> str:
    return f"{round_div(100 * old, new)} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstProgramCase:
    """The first program of a new pump on an old catheter; None is not known. `catheter_pg_per_nl` is the old drug's."""

    catheter_nl: int | None = None
    catheter_holds: Holds = Holds.UNKNOWN
    catheter_pg_per_nl: int | None = None
    concentration_pg_per_nl: int | None = None
    dose_pg_per_day: int | None = None


def judge_first_program(case: FirstProgramCase) -> list[Finding]:
    """What the first program of a new pump does with the drug that is still in the catheter.

    >>> from dataclasses import replace
    >>> same = FirstProgramCase(catheter_nl=169_400, catheter_holds=Holds.DRUG, catheter_pg_per_nl=2_000,
    ...     concentration_pg_per_nl=2_000, dose_pg_per_day=300_000_000)
    >>> judge_first_program(same)
    []
    >>> judge_first_program(replace(same, catheter_pg_per_nl=500, catheter_holds=Holds.NO_DRUG))
    []
    >>> print(judge_first_program(replace(same, concentration_pg_per_nl=500))[0].says.replace(chr(160), " "))
    The catheter holds 2000 mcg/mL: the tip gets 400 % of the dose (1200 mcg/day) for 6 h 47 min.
    >>> [f.rule for f in judge_first_program(replace(same, catheter_pg_per_nl=None))]
    ['replacement.unbridged']
    """
    old, new = case.catheter_pg_per_nl, case.concentration_pg_per_nl
    if case.catheter_holds is Holds.NO_DRUG or (old is not None and old == new):
        return []
    held = "drug of an unknown concentration" if old is None else show_concentration(old)
    return [
        UNBRIDGED.finding(
            field="concentration_pg_per_nl",
            says=f"The catheter holds {held}: {_effect(case)}.",
            remedy="Fill with the old concentration, or have a second person agree to the dose for that time.",
        )
    ]


def _effect(case: FirstProgramCase) -> str:
    """What the tip gets for how long; that it cannot be said, where something is not known."""
    old, new, dose = case.catheter_pg_per_nl, case.concentration_pg_per_nl, case.dose_pg_per_day
    if old is None or new is None or dose is None:
        return "what the tip gets until it is gone is not known"
    catheter = Part(name="catheter", volume_nl=case.catheter_nl, holds=Holds.DRUG)
    lacking = without_bridge(
        parts=(catheter,), new_pg_per_day=dose, old_concentration_pg_per_nl=old, new_concentration_pg_per_nl=new
    )
    return f"the tip gets {_percent(old, new)} of the dose until it is gone" if lacking is None else str(lacking)


QUESTIONS: Questions = {
    "replacement.new_pump": (NewPumpCase, judge_new_pump),
    "replacement.first_program": (FirstProgramCase, judge_first_program),
}
"""What can be asked here: the case, and who judges it."""
