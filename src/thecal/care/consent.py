"""Consent with teach-back: every item is said back, in their own words, by the patient or a carer.

An item that was read out and not said back has not been understood as far as anyone knows. Signing can wait, so a
missing item blocks the signature.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.answers import Questions, require
from thecal.findings import Finding, Rule, Severity

_BOXED_WARNING = "boxed warning of the Lioresal label, api.fda.gov/drug/label.json"
_TEACHING = "teaching sheet 1227, childrenswi.org, and baclofenpump.com"


class SaidBy(Enum):
    """Who said it back."""

    PATIENT = auto()
    CARER = auto()


ALARMS = Rule(
    name="surgery.said_alarms",
    severity=Severity.BLOCK,
    asks="Has someone said back what the two alarms sound like and what each asks for?",
    source=f"alarms, {_BOXED_WARNING}; both sounds, gillettechildrens.org, Intrathecal Baclofen Discharge Information",
    grade="label",
)
TOO_LITTLE = Rule(
    name="surgery.said_too_little",
    severity=Severity.BLOCK,
    asks="Has someone said back the signs of too little drug?",
    source=f"the early signs are taught, {_BOXED_WARNING}; the list, {_TEACHING}",
    grade="label",
)
TOO_MUCH = Rule(
    name="surgery.said_too_much",
    severity=Severity.BLOCK,
    asks="Has someone said back the signs of too much drug?",
    source=_TEACHING,
    grade="maker",
)
REFILLS = Rule(
    name="surgery.said_refills",
    severity=Severity.BLOCK,
    asks="Has someone said back that refills are for as long as the pump is there?",
    source=f"refills, {_BOXED_WARNING}; an explicit commitment, England's commissioning text, studyres.com/doc/9943387",
    grade="label",
)
DRIVER = Rule(
    name="surgery.driver",
    severity=Severity.BLOCK,
    asks="Who takes the patient to refills, by name?",
    source="most problems come from missed appointments, teaching sheet 1227, childrenswi.org",
    grade="paper",
)
CARER = Rule(
    name="surgery.carer_taught",
    severity=Severity.TWO_PEOPLE,
    asks="Where the patient cannot say what they feel, has a carer said it back?",
    source=f"who has difficulty communicating needs special attention, {_BOXED_WARNING}",
    grade="label",
)

RULES = (ALARMS, TOO_LITTLE, TOO_MUCH, REFILLS, DRIVER, CARER)

ITEMS = (
    (ALARMS, "said_alarms", "what the alarms sound like and what each asks for"),
    (TOO_LITTLE, "said_too_little", "the signs of too little drug"),
    (TOO_MUCH, "said_too_much", "the signs of too much drug"),
    (REFILLS, "said_refills", "that refills never end while the pump is there"),
)
"""Each item with its rule, its field, and what is to be said back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentCase:
    """A consent before it is signed; None where nobody has asked. `driver` is who takes the patient to refills.

    `can_report` is whether the patient can say what they feel.
    """

    said_alarms: bool | None = None
    said_too_little: bool | None = None
    said_too_much: bool | None = None
    said_refills: bool | None = None
    driver: str | None = None
    said_by: SaidBy | None = None
    can_report: bool | None = None


def judge_consent(case: ConsentCase) -> list[Finding]:
    """What a consent lacks before it may be signed.

    >>> full = ConsentCase(said_alarms=True, said_too_little=True, said_too_much=True, said_refills=True,
    ...     driver="Oda Fenn", said_by=SaidBy.PATIENT, can_report=True)
    >>> judge_consent(full)
    []
    >>> from dataclasses import replace
    >>> [f.rule for f in judge_consent(replace(full, said_alarms=None, said_too_little=False))]
    ['surgery.said_alarms', 'surgery.said_too_little']
    >>> [f.rule for f in judge_consent(replace(full, said_too_much=None, said_refills=False, driver=""))]
    ['surgery.said_too_much', 'surgery.said_refills', 'surgery.driver']
    >>> [(f.rule, f.severity.name) for f in judge_consent(replace(full, can_report=False))]
    [('surgery.carer_taught', 'TWO_PEOPLE')]
    >>> judge_consent(replace(full, can_report=False, said_by=SaidBy.CARER))
    []
    """
    answers = (case.said_alarms, case.said_too_little, case.said_too_much, case.said_refills)
    found: list[Finding] = []
    for (rule, field, what), answer in zip(ITEMS, answers, strict=True):
        found += require(
            rule,
            answer=answer,
            field=field,
            lacking=f"It could not be said back: {what}.",
            unknown=f"Nobody has asked yet to say back {what}.",
            remedy="Explain it once more, with the sheet, and ask again in their own words.",
        )
    return found + _judge_driver(case) + _judge_carer(case)


def is_complete(case: ConsentCase) -> bool:
    """Whether every item has been said back and a driver is named."""
    return all(finding.severity is not Severity.BLOCK for finding in judge_consent(case))


def _judge_driver(case: ConsentCase) -> list[Finding]:
    """A commitment to refills is worth as much as the way there."""
    return require(
        DRIVER,
        answer=bool((case.driver or "").strip()) or None,
        field="driver",
        lacking="",
        unknown="Nobody is named who takes the patient to refills.",
        remedy="Write down who does, or how the patient gets there, or that refills are given at home.",
    )


def _judge_carer(case: ConsentCase) -> list[Finding]:
    """Who cannot speak for themselves needs somebody who knows the signs."""
    if case.can_report or case.said_by is SaidBy.CARER:
        return []
    unknown = case.can_report is None
    return [
        CARER.finding(
            field="said_by",
            says=(
                "Whether the patient can say what they feel is not known, and no carer has said it back."
                if unknown
                else "The patient cannot say what they feel, and no carer has said it back."
            ),
            remedy="Teach a carer too, or have a second person agree and say why.",
            severity=Severity.REASON if unknown else Severity.TWO_PEOPLE,
        )
    ]


QUESTIONS: Questions = {"surgery.consent": (ConsentCase, judge_consent)}
"""What can be asked here: the case, and who judges it."""
