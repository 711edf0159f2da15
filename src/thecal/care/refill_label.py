"""What is filled: a label read twice and blind, its lot and its expiry, beside what the pump was told.

Only two readings that differ hold a refill up: the label is in the hand, and reading it again takes a moment.
"""

from dataclasses import dataclass

from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, UNREAD, Sourced, register
from thecal.units import show_concentration

_WRONG_DRUG = "a wrong dose, concentration or bolus can be entered, Turner, neurosurgicalatlas.com (troubleshooting)"
_SECOND = "drug changes are confirmed with another provider, pharmacologicalsciences.us (pump refills)"

READINGS = Sourced(
    name="label_readings", value=2, unit="readings", source=f"{OWN_CHOICE}: blind, by the same person", grade="assumed"
)
NUMBERS = register(READINGS)

LABEL_UNREAD = Rule(
    name="refill.label_unread",
    severity=Severity.REASON,
    asks="Drug and concentration are typed from the label twice, the second time without the first in sight.",
    source=f"{OWN_CHOICE}: a slip of the eye seldom happens twice the same way",
    grade="assumed",
    numbers=(READINGS,),
)
LABEL_DIFFERS = Rule(
    name="refill.label_differs",
    severity=Severity.BLOCK,
    asks="Two readings of one label that differ are both thrown away, and the label is read again before the fill.",
    source=_WRONG_DRUG,
    grade="paper",
)
DRUG_CHANGES = Rule(
    name="refill.drug_changes",
    severity=Severity.TWO_PEOPLE,
    asks="Another drug than the pump was told of takes two people.",
    source=_SECOND,
    grade="paper",
)
CONCENTRATION_CHANGES = Rule(
    name="refill.concentration_changes",
    severity=Severity.TWO_PEOPLE,
    asks="Another concentration than the pump was told of takes two people.",
    source=_SECOND,
    grade="paper",
)
LOT_UNKNOWN = Rule(
    name="refill.lot_unknown",
    severity=Severity.REASON,
    asks="The lot is written down, so that a recalled one can be found again.",
    source=f"{OWN_CHOICE}: without it no recall reaches the patient",
    grade="assumed",
)
EXPIRY_UNKNOWN = Rule(
    name="refill.expiry_unknown",
    severity=Severity.REASON,
    asks="The expiry on the label is written down.",
    source=f"{UNREAD}: every label carries one",
    grade="assumed",
)
EXPIRED = Rule(
    name="refill.expired",
    severity=Severity.TWO_PEOPLE,
    asks="Drug past its expiry is filled only where two people find nothing better in time.",
    source=f"{UNREAD}: no drug is used past its expiry",
    grade="assumed",
)
RULES = (
    LABEL_UNREAD,
    LABEL_DIFFERS,
    DRUG_CHANGES,
    CONCENTRATION_CHANGES,
    LOT_UNKNOWN,
    EXPIRY_UNKNOWN,
    EXPIRED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands on what is filled: the drug by its plain name, and its concentration."""

    drug: str
    concentration_pg_per_nl: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCase:
    """Two readings of the label, what the pump was told before, lot and expiry.

    `told` is None where the pump holds no program or was not read. The drug may be used before `expires_ms`.
    """

    first: Label | None = None
    second: Label | None = None
    told: Label | None = None
    lot: str = ""
    expires_ms: int | None = None
    at_ms: int = 0


def judge_label(case: LabelCase) -> list[Finding]:
    """What the label asks for: read twice the same way, known by lot, in date, and what the pump was told.

    >>> weak, strong = (Label(drug="baclofen", concentration_pg_per_nl=each) for each in (500, 2_000))
    >>> good = dict(told=weak, lot="A17", expires_ms=2, at_ms=1)
    >>> judge_label(LabelCase(first=weak, second=weak, **good))
    []
    >>> def rules(case): return [(f.rule, f.severity.name) for f in judge_label(case)]
    >>> rules(LabelCase(first=weak, **good)), rules(LabelCase(first=weak, second=strong, **good))
    ([('refill.label_unread', 'REASON')], [('refill.label_differs', 'BLOCK')])
    >>> rules(LabelCase(first=strong, second=strong, **good))
    [('refill.concentration_changes', 'TWO_PEOPLE')]
    >>> other = Label(drug="morphine", concentration_pg_per_nl=500)
    >>> rules(LabelCase(first=other, second=other, **good))
    [('refill.drug_changes', 'TWO_PEOPLE')]
    >>> rules(LabelCase(first=weak, second=weak, told=weak, lot="A17", expires_ms=1, at_ms=1))
    [('refill.expired', 'TWO_PEOPLE')]
    >>> rules(LabelCase(first=weak, second=weak, told=weak))
    [('refill.lot_unknown', 'REASON'), ('refill.expiry_unknown', 'REASON')]
    """
    found = _judge_readings(case)
    if not case.lot.strip():
        found.append(LOT_UNKNOWN.finding(field="lot", says="No lot is written down.", remedy="Copy it from the label."))
    if case.expires_ms is None:
        found.append(
            EXPIRY_UNKNOWN.finding(
                field="expires", says="No expiry is written down.", remedy="Copy it from the label, the year and month."
            )
        )
    elif case.at_ms >= case.expires_ms:
        found.append(
            EXPIRED.finding(
                field="expires",
                says="What is to be filled is past the expiry on its label.",
                remedy="Take drug that is in date. Where there is none in time, a second person checks and says why.",
            )
        )
    return found


QUESTIONS = {"refill.label": (LabelCase, judge_label)}


def _judge_readings(case: LabelCase) -> list[Finding]:
    """Two readings, the same, and of what the pump was told."""
    if case.first is None or case.second is None:
        return [
            LABEL_UNREAD.finding(
                field="label" if case.first is None else "label_again",
                says="The label was not read." if case.first is case.second else "The label was read only once.",
                remedy="Look at the label, and type drug and concentration as printed, twice.",
            )
        ]
    if case.first != case.second:
        return [
            LABEL_DIFFERS.finding(
                field="label_again",
                says="The two readings of the label differ.",
                remedy="Read the label again, both times looking at it.",
            )
        ]
    return _judge_change(case.second, case.told)


def _judge_change(label: Label, told: Label | None) -> list[Finding]:
    """What the label says beside what the pump was told; a pump that was told nothing has no other drug in it."""
    if told is None:
        return []
    if label.drug != told.drug:
        return [
            DRUG_CHANGES.finding(
                field="label_again",
                says=f"The label says {label.drug}; the pump was told {told.drug}.",
                remedy="Do not fill before a second person has read label and order.",
            )
        ]
    if label.concentration_pg_per_nl == told.concentration_pg_per_nl:
        return []
    was, now = show_concentration(told.concentration_pg_per_nl), show_concentration(label.concentration_pg_per_nl)
    return [
        CONCENTRATION_CHANGES.finding(
            field="label_again",
            says=f"The label says {now}; the pump was told {was}.",
            remedy="A second person reads label and order. Then decide about a bridge.",
        )
    ]
