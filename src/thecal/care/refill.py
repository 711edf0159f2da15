"""A refill up to the fill: who it is, what the label says, where the needle is, and how much fits.

What was not asked or not seen is said so and never counts as seen. Filling waits only for what takes a moment to mend:
the right patient, a label that was read the same way twice, a volume that fits. The residual is judged in
`thecal.care.residual`; how the visit goes and ends, in `thecal.care.refill_visit`.
"""

from dataclasses import dataclass

from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE, UNREAD, Sourced, register
from thecal.units import show_concentration, show_volume

_TWO_IDENTIFIERS = "Joint Commission goal NPSG.01.01.01, in force since 2003, jointcommission.org"
_PORT = "pocket fills, FDA 2011, accessdata.fda.gov medsun 1499"
_DRAWN_BACK = "5 mL injected and drawn back, pharmacologicalsciences.us (pump refills and reprogramming)"
_WRONG_DRUG = "a wrong dose, concentration or bolus can be entered, Turner, neurosurgicalatlas.com (troubleshooting)"
_SECOND = "drug changes are confirmed with another provider, pharmacologicalsciences.us (pump refills)"

IDENTIFIERS = Sourced(name="identifiers", value=2, unit="identifiers", source=_TWO_IDENTIFIERS, grade="paper")
READINGS = Sourced(
    name="label_readings", value=2, unit="readings", source=f"{OWN_CHOICE}: blind, by the same person", grade="assumed"
)
DRAW_BACK = Sourced(name="draw_back", value=5_000_000, unit="nL", source=_DRAWN_BACK, grade="paper")
NUMBERS = register(IDENTIFIERS, READINGS, DRAW_BACK)

UNASKED = Rule(
    name="refill.identity_unasked",
    severity=Severity.REASON,
    asks="The patient says two identifiers, date of birth and record number, and both are typed.",
    source=_TWO_IDENTIFIERS,
    grade="paper",
    numbers=(IDENTIFIERS,),
)
ONE_DIFFERS = Rule(
    name="refill.identity_differs",
    severity=Severity.TWO_PEOPLE,
    asks="One identifier that is not the record's is looked into by two people before anything is filled.",
    source=_TWO_IDENTIFIERS,
    grade="paper",
    numbers=(IDENTIFIERS,),
)
WRONG_PATIENT = Rule(
    name="refill.wrong_patient",
    severity=Severity.BLOCK,
    asks="Where neither identifier is the record's, it is another patient: this pump is not filled on this record.",
    source=_TWO_IDENTIFIERS,
    grade="paper",
    numbers=(IDENTIFIERS,),
)
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
NEEDLE_UNCHECKED = Rule(
    name="refill.needle_unchecked",
    severity=Severity.REASON,
    asks="Needle at its stop, old drug drawn, and some new drug drawn back before the rest goes in: each is looked at.",
    source=_DRAWN_BACK,
    grade="paper",
    numbers=(DRAW_BACK,),
)
NEEDLE_BEFORE = Rule(
    name="refill.needle_not_in_port",
    severity=Severity.TWO_PEOPLE,
    asks="A needle short of its stop, or that draws nothing, may lie beside the port: two people before drug goes in.",
    source=_PORT,
    grade="paper",
)
POCKET_FILL = Rule(
    name="refill.pocket_fill",
    severity=Severity.TWO_PEOPLE,
    asks="Drug that is not drawn back, resistance or swelling means drug beside the reservoir until shown otherwise.",
    source=_PORT,
    grade="paper",
    numbers=(DRAW_BACK,),
)
OVERFILL = Rule(
    name="refill.overfill",
    severity=Severity.BLOCK,
    asks="No more goes in than the reservoir holds.",
    source="do not overfill, southshoreneurologic.com (pump refill)",
    grade="paper",
)
RULES = (
    UNASKED,
    ONE_DIFFERS,
    WRONG_PATIENT,
    LABEL_UNREAD,
    LABEL_DIFFERS,
    DRUG_CHANGES,
    CONCENTRATION_CHANGES,
    LOT_UNKNOWN,
    EXPIRY_UNKNOWN,
    EXPIRED,
    NEEDLE_UNCHECKED,
    NEEDLE_BEFORE,
    POCKET_FILL,
    OVERFILL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCase:
    """What the patient, or whoever speaks for them, said beside the record. Dates as 1990-05-17; empty is not asked."""

    said_born: str = ""
    said_record_number: str = ""
    born: str = ""
    record_number: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedleCase:
    """What was seen at the needle: True as it should be, False not so, None not looked at.

    Before anything goes in: at its stop, and old drug drawn. After some 5 mL: drawn back, no resistance, no swelling.
    """

    at_stop: bool | None = None
    aspirated: bool | None = None
    drawn_back: bool | None = None
    no_resistance: bool | None = None
    no_swelling: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeCase:
    """What goes in, beside what the reservoir holds; None where it is not written yet."""

    fill_nl: int | None = None
    capacity_nl: int | None = None


def judge_identity(case: IdentityCase) -> list[Finding]:
    """Whether the patient is the record's. What was not asked is no match and no mismatch.

    >>> record = dict(born="1990-05-17", record_number="R-0004")
    >>> judge_identity(IdentityCase(said_born="1990-05-17", said_record_number="r-0004", **record))
    []
    >>> for said in ({}, {"said_born": "1990-05-18"}, {"said_born": "1990-05-18", "said_record_number": "R-0005"}):
    ...     [(f.rule, f.severity.name) for f in judge_identity(IdentityCase(**said, **record))]
    [('refill.identity_unasked', 'REASON')]
    [('refill.identity_differs', 'TWO_PEOPLE'), ('refill.identity_unasked', 'REASON')]
    [('refill.wrong_patient', 'BLOCK')]
    """
    asked = (
        ("said_born", "the date of birth", case.said_born, case.born),
        ("said_record_number", "the record number", case.said_record_number, case.record_number),
    )
    differs = [(name, words) for name, words, said, known in asked if said.strip() and not _same(said, known)]
    unasked = [(name, words) for name, words, said, _ in asked if not said.strip()]
    if len(differs) == len(asked):
        return [_wrong_patient()]
    found = [_one_differs(*each) for each in differs]
    return [*found, _unasked(unasked)] if unasked else found


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


def judge_needle(case: NeedleCase) -> list[Finding]:
    """Whether the needle is in the reservoir, as far as anyone can see from outside.

    >>> before, after = dict(at_stop=True, aspirated=True), dict(drawn_back=True, no_resistance=True, no_swelling=True)
    >>> judge_needle(NeedleCase(**before, **after))
    []
    >>> [f.rule for f in judge_needle(NeedleCase(**before))]
    ['refill.needle_unchecked']
    >>> [f.rule for f in judge_needle(NeedleCase(at_stop=False, aspirated=True, **after))]
    ['refill.needle_not_in_port']
    >>> [(f.rule, f.urgency.name) for f in judge_needle(NeedleCase(**before, **after | {"no_swelling": False}))]
    [('refill.pocket_fill', 'NOW')]
    """
    bad_before = [words for words, good in _before(case) if good is False]
    bad_after = [words for words, good in _after(case) if good is False]
    unseen = [f"whether {words}" for words, good in _unsaid(case) if good is None]
    found = [_not_in_port(bad_before)] if bad_before else []
    found += [_pocket_fill(bad_after)] if bad_after else []
    return [*found, _unchecked(unseen)] if unseen else found


def judge_volume(case: VolumeCase) -> list[Finding]:
    """Whether it fits.

    >>> judge_volume(VolumeCase(fill_nl=20_000_000, capacity_nl=20_000_000))
    []
    >>> [f.rule for f in judge_volume(VolumeCase(fill_nl=20_000_001, capacity_nl=20_000_000))]
    ['refill.overfill']
    """
    if case.fill_nl is None or case.capacity_nl is None or case.fill_nl <= case.capacity_nl:
        return []
    return [
        OVERFILL.finding(
            field="fill_volume",
            says=f"{show_volume(case.fill_nl)} does not fit a reservoir of {show_volume(case.capacity_nl)}.",
            remedy=f"Fill at most {show_volume(case.capacity_nl)}.",
        )
    ]


QUESTIONS = {
    "refill.identity": (IdentityCase, judge_identity),
    "refill.label": (LabelCase, judge_label),
    "refill.needle": (NeedleCase, judge_needle),
    "refill.volume": (VolumeCase, judge_volume),
}


def _same(said: str, known: str) -> bool:
    return said.strip().casefold() == known.strip().casefold()


def _wrong_patient() -> Finding:
    return WRONG_PATIENT.finding(
        field="said_born",
        says="Neither the date of birth nor the record number is this record's.",
        remedy="Ask again. If they stay as they are, this is another patient: open their record.",
    )


def _one_differs(name: str, words: str) -> Finding:
    return ONE_DIFFERS.finding(
        field=name,
        says=f"{words[:1].upper()}{words[1:]} is not this record's.",
        remedy="Ask again. If it stays so, a second person finds out whether the record or the patient is another.",
    )


def _unasked(unasked: list[tuple[str, str]]) -> Finding:
    words = " and ".join(words for _, words in unasked)
    return UNASKED.finding(
        field=unasked[0][0],
        says=f"Nobody has asked for {words}.",
        remedy="Ask the patient, or whoever speaks for them, to say both, and type what they say.",
    )


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


def _before(case: NeedleCase) -> tuple[tuple[str, bool | None], ...]:
    return ("the needle does not stand at its stop", case.at_stop), ("no old drug was drawn", case.aspirated)


def _after(case: NeedleCase) -> tuple[tuple[str, bool | None], ...]:
    return (
        ("the drug was not drawn back", case.drawn_back),
        ("there was resistance", case.no_resistance),
        ("the skin over the pump swelled", case.no_swelling),
    )


def _unsaid(case: NeedleCase) -> tuple[tuple[str, bool | None], ...]:
    return (
        ("the needle stands at its stop", case.at_stop),
        ("old drug was drawn", case.aspirated),
        ("new drug was drawn back", case.drawn_back),
        ("there was resistance", case.no_resistance),
        ("the skin over the pump swelled", case.no_swelling),
    )


def _not_in_port(bad: list[str]) -> Finding:
    return NEEDLE_BEFORE.finding(
        field="needle_before",
        says=f"{_listed(bad)}: the needle may lie beside the port, or the reservoir be empty.",
        remedy="Inject nothing. Place the needle anew, with ultrasound where there is one; call a second person.",
    )


def _pocket_fill(bad: list[str]) -> Finding:
    return POCKET_FILL.finding(
        field="needle_after",
        says=f"{_listed(bad)}: drug may lie beside the reservoir, and overdose can follow.",
        remedy="Stop injecting, draw back what can be drawn, watch breathing and alertness, and call a second person.",
        urgency=Urgency.NOW,
    )


def _unchecked(unseen: list[str]) -> Finding:
    return NEEDLE_UNCHECKED.finding(
        field="needle_before",
        says=f"Not written down: {', '.join(unseen)}.",
        remedy=f"Look, and write it down; draw back after {show_volume(DRAW_BACK.whole())}, before the rest goes in.",
    )


def _listed(words: list[str]) -> str:
    text = ", and ".join(words)
    return text[:1].upper() + text[1:]
