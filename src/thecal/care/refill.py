"""A refill up to the fill: who it is, where the needle is, and how much fits.

What was not asked or not seen is said so and never counts as seen. Filling waits only for what takes a moment to mend:
the right patient, a label that was read the same way twice, a volume that fits. The label is judged in
`thecal.care.refill_label`, the residual in `thecal.care.residual`, the end of the visit in `thecal.care.refill_visit`.
"""

from dataclasses import dataclass

from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import Sourced, register
from thecal.units import show_volume

_TWO_IDENTIFIERS = "Joint Commission goal NPSG.01.01.01, jointcommission.org (home care, question 000001545)"
_PORT = "pocket fills, FDA 2011, accessdata.fda.gov medsun 1499"
_DRAWN_BACK = "5 mL injected and drawn back, pharmacologicalsciences.us (pump refills and reprogramming)"


IDENTIFIERS = Sourced(name="identifiers", value=2, unit="identifiers", source=_TWO_IDENTIFIERS, grade="paper")
DRAW_BACK = Sourced(name="draw_back", value=5_000_000, unit="nL", source=_DRAWN_BACK, grade="paper")
NUMBERS = register(IDENTIFIERS, DRAW_BACK)

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
