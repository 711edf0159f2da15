"""What an order set covers when a nurse is about to change a dose, and what it does not.

An order set covers steps of a running dose and nothing else: no start, no restart, no other drug or concentration.
What it does not cover is not forbidden: a prescriber then signs as the second person. A lowering within the label's
share, and a stop, need no order set.
"""

from dataclasses import dataclass

from thecal.care.limits import LOWERING_STEP, PUMP_ROUNDING
from thecal.care.order_sets import OrderSet
from thecal.care.titration import beyond, is_increase
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE
from thecal.units import decimal_text, show_dose, show_duration

DOSE = "dose_pg_per_day"
_SIGNED = f"{OWN_CHOICE}: a nurse titrates within what a prescriber has signed, for this patient and for a time"
_PRESCRIBER = "Have a prescriber sign as the second person, or ask for a new order set."

NONE = Rule(
    name="order.none",
    severity=Severity.TWO_PEOPLE,
    asks="A nurse who changes a dose works within an order set, or with a prescriber as the second person.",
    source=_SIGNED,
    grade="assumed",
)
UNSIGNED = Rule(
    name="order.unsigned",
    severity=Severity.TWO_PEOPLE,
    asks="An order set that no prescriber has signed covers nothing.",
    source=_SIGNED,
    grade="assumed",
)
OTHER_PATIENT = Rule(
    name="order.other_patient",
    severity=Severity.TWO_PEOPLE,
    asks="An order set covers the patient whom it was signed for and nobody else.",
    source=_SIGNED,
    grade="assumed",
)
EXPIRED = Rule(
    name="order.expired",
    severity=Severity.TWO_PEOPLE,
    asks="An order set covers nothing once it has expired.",
    source=_SIGNED,
    grade="assumed",
)
OTHER_DRUG = Rule(
    name="order.other_drug",
    severity=Severity.TWO_PEOPLE,
    asks="An order set covers no change of drug or concentration.",
    source=_SIGNED,
    grade="assumed",
)
FIRST_DOSE = Rule(
    name="order.first_dose",
    severity=Severity.TWO_PEOPLE,
    asks="An order set covers steps of a running dose, neither a start nor a restart.",
    source=_SIGNED,
    grade="assumed",
)
OUTSIDE = Rule(
    name="order.outside",
    severity=Severity.TWO_PEOPLE,
    asks="A dose outside the order set's lowest and highest is not covered.",
    source=_SIGNED,
    grade="assumed",
)
STEP = Rule(
    name="order.step",
    severity=Severity.TWO_PEOPLE,
    asks="A step larger than the order set's largest is not covered.",
    source=_SIGNED,
    grade="assumed",
    numbers=(PUMP_ROUNDING,),
)
INTERVAL = Rule(
    name="order.interval",
    severity=Severity.TWO_PEOPLE,
    asks="A step sooner after the last change than the order set allows, or after an unknown time, is not covered.",
    source=_SIGNED,
    grade="assumed",
)
USED_UP = Rule(
    name="order.used_up",
    severity=Severity.TWO_PEOPLE,
    asks="An order set covers as many steps as it says; where nobody knows how many were made, none.",
    source=_SIGNED,
    grade="assumed",
)

RULES = (NONE, UNSIGNED, OTHER_PATIENT, EXPIRED, OTHER_DRUG, FIRST_DOSE, OUTSIDE, STEP, INTERVAL, USED_UP)
"""Every one of them asks for a prescriber as the second person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCase:
    """A change that a nurse is about to send, and the order set that may cover it; None where there is none.

    `old_pg_per_day` is the running dose, 0 where nothing runs. `steps_made` counts the changes of dose since the order
    set was signed, `since_change_ms` from the last change of dose; None where it is not known.
    """

    order: OrderSet | None
    patient: str
    at_ms: int
    old_pg_per_day: int
    new_pg_per_day: int
    changes_drug: bool = False
    steps_made: int | None = None
    since_change_ms: int | None = None


def judge_change(case: ChangeCase) -> list[Finding]:
    """What a nurse's change asks for beyond the order set: a prescriber as the second person, and nothing is blocked.

    >>> day = 86_400_000
    >>> order = OrderSet(patient="7", lowest_pg_per_day=200, highest_pg_per_day=400, largest_step_per_mille=150,
    ...     shortest_interval_ms=day, steps=4, signed_ms=0, expires_ms=90 * day, by_prescriber=True)
    >>> change = dict(order=order, patient="7", at_ms=day, old_pg_per_day=300, new_pg_per_day=345, steps_made=3,
    ...     since_change_ms=day)
    >>> judge_change(ChangeCase(**change))
    []
    >>> from dataclasses import replace
    >>> for other in ({"order": None}, {"order": replace(order, by_prescriber=None)}, {"patient": "8"},
    ...         {"at_ms": 90 * day}, {"changes_drug": True}, {"old_pg_per_day": 0}, {"new_pg_per_day": 346},
    ...         {"old_pg_per_day": 400, "new_pg_per_day": 401}, {"since_change_ms": day - 1}, {"steps_made": 4}):
    ...     [f.rule for f in judge_change(ChangeCase(**(change | other)))]
    ['order.none']
    ['order.unsigned']
    ['order.other_patient']
    ['order.expired']
    ['order.other_drug']
    ['order.first_dose']
    ['order.step']
    ['order.outside']
    ['order.interval']
    ['order.used_up']

    Stopping, a lowering by a fifth and the same dose again ask for no order set:

    >>> for new in (0, 240, 300):
    ...     judge_change(ChangeCase(**(change | {"order": None, "new_pg_per_day": new})))
    []
    []
    []
    """
    if case.changes_drug and case.new_pg_per_day:
        return [_other_drug()]
    if _free(case):
        return []
    if not case.old_pg_per_day:
        return [_first_dose(case.new_pg_per_day)]
    if case.order is None:
        return [_none()]
    return _judge_order(case, case.order) or _judge_step(case, case.order)


QUESTIONS = {"order.change": (ChangeCase, judge_change)}


def _free(case: ChangeCase) -> bool:
    """Whether the change needs no order set: a stop, the same dose, or a lowering within the label's share."""
    old, new = case.old_pg_per_day, case.new_pg_per_day
    if new == 0:
        return True
    rises = old == 0 or is_increase(old_pg_per_day=old, new_pg_per_day=new)
    return not rises and not beyond(old, old - new, LOWERING_STEP.whole())


def _judge_order(case: ChangeCase, order: OrderSet) -> list[Finding]:
    """Whether this order set speaks of this patient and this time at all."""
    found: list[Finding] = []
    if not order.by_prescriber:
        found.append(_unsigned())
    if order.patient != case.patient:
        found.append(_other_patient())
    if not order.signed_ms <= case.at_ms < order.expires_ms:
        found.append(_expired(case.at_ms, order))
    return found


def _judge_step(case: ChangeCase, order: OrderSet) -> list[Finding]:
    """Whether the step stays within the bounds."""
    old, new = case.old_pg_per_day, case.new_pg_per_day
    found: list[Finding] = []
    if not order.lowest_pg_per_day <= new <= order.highest_pg_per_day:
        found.append(_outside(new, order))
    if beyond(old, abs(new - old), order.largest_step_per_mille):
        found.append(_step(old, new, order))
    if case.since_change_ms is None or case.since_change_ms < order.shortest_interval_ms:
        found.append(_interval(case.since_change_ms, order))
    if case.steps_made is None or case.steps_made >= order.steps:
        found.append(_used_up(case.steps_made, order))
    return found


def _none() -> Finding:
    return NONE.finding(field=DOSE, says="No order set covers this change of dose.", remedy=_PRESCRIBER)


def _unsigned() -> Finding:
    return UNSIGNED.finding(field=DOSE, says="The order set was not signed by a prescriber.", remedy=_PRESCRIBER)


def _other_patient() -> Finding:
    return OTHER_PATIENT.finding(field=DOSE, says="The order set is for another patient.", remedy=_PRESCRIBER)


def _expired(at_ms: int, order: OrderSet) -> Finding:
    says = "The order set is signed for a later time."
    if at_ms >= order.expires_ms:
        says = f"The order set expired {show_duration(at_ms - order.expires_ms)} ago."
    return EXPIRED.finding(field=DOSE, says=says, remedy=_PRESCRIBER)


def _other_drug() -> Finding:
    return OTHER_DRUG.finding(
        field="concentration_pg_per_nl",
        says="Drug or concentration changes, which no order set covers.",
        remedy="Have a prescriber sign as the second person.",
    )


def _first_dose(new_pg_per_day: int) -> Finding:
    return FIRST_DOSE.finding(
        field=DOSE,
        says=f"Nothing runs, and {show_dose(new_pg_per_day)} would start: no order set covers that.",
        remedy="Have a prescriber sign as the second person.",
    )


def _outside(new: int, order: OrderSet) -> Finding:
    bounds = f"{show_dose(order.lowest_pg_per_day)} to {show_dose(order.highest_pg_per_day)}"
    return OUTSIDE.finding(
        field=DOSE, says=f"{show_dose(new)} is outside the order set's {bounds}.", remedy=_PRESCRIBER
    )


def _step(old: int, new: int, order: OrderSet) -> Finding:
    largest = f"{decimal_text(order.largest_step_per_mille, 10)} %"
    says = f"{show_dose(old)} to {show_dose(new)} is more than the order set's largest step of {largest}."
    return STEP.finding(field=DOSE, says=says, remedy=_PRESCRIBER)


def _interval(since_ms: int | None, order: OrderSet) -> Finding:
    when = "When the dose was last changed is not known"
    if since_ms is not None:
        when = f"The dose was changed {show_duration(max(0, since_ms))} ago"
    says = f"{when}; the order set asks for {show_duration(order.shortest_interval_ms)} between steps."
    return INTERVAL.finding(field=DOSE, says=says, remedy=_PRESCRIBER)


def _used_up(made: int | None, order: OrderSet) -> Finding:
    says = f"All {order.steps} steps of the order set are made."
    if made is None:
        says = f"How many of the order set's {order.steps} steps are made is not known."
    return USED_UP.finding(field=DOSE, says=says, remedy=_PRESCRIBER)
