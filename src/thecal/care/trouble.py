"""The drug seems to do too little or too much: the first look, and what is never injected into a catheter.

Nothing here blocks: a person in danger comes first, and the search for the cause (`search`) goes on beside it.
"""

from dataclasses import dataclass

from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE

_PANEL = "Saulino 2016, troubleshooting, doi 10.1111/ner.12467"
_PORT = "catheter access port study, repub.eur.nl/pub/126152"
_SUBDURAL = "Lew 2005: contrast freed drug from a subdural catheter, fcd.mcw.edu publication 38263"
_ALIKE = "overdose that looked like withdrawal, PubMed 32204996"

EMERGENCY = Rule(
    name="trouble.emergency",
    severity=Severity.NOTE,
    asks="Tone that rises fast in somebody unstable, or floppiness with drowsiness: emergency first, search later.",
    source=_PANEL,
    grade="paper",
)
SIGN = Rule(
    name="trouble.sign",
    severity=Severity.NOTE,
    asks="One sign of too much or of too little is looked at today.",
    source=f"{OWN_CHOICE}: half of the panel's picture",
    grade="assumed",
)
ALIKE = Rule(
    name="trouble.looks_alike",
    severity=Severity.NOTE,
    asks="Too much can look like too little, and the reverse: no change of dose before the pump is read.",
    source=_ALIKE,
    grade="paper",
)
UNKNOWN = Rule(
    name="trouble.not_known",
    severity=Severity.NOTE,
    asks="A sign that nobody looked for is looked for today; it never counts as absent.",
    source=f"{OWN_CHOICE}: what is not known is not no",
    grade="assumed",
)
CONTRAST = Rule(
    name="trouble.contrast",
    severity=Severity.TWO_PEOPLE,
    asks="Nothing is injected into the catheter before its drug was aspirated: else the injection is an overdose.",
    source=f"{_PORT}; {_SUBDURAL}",
    grade="paper",
)
RULES = (EMERGENCY, SIGN, ALIKE, UNKNOWN, CONTRAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignsCase:
    """The first look. None is "nobody looked"."""

    tone_rises_fast: bool | None = None
    unstable: bool | None = None
    floppy: bool | None = None
    drowsy: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastCase:
    """Something is about to be injected through the access port, or was; None where that, or the rest, is not known."""

    injects: bool | None = None
    aspirated: bool | None = None


def judge_signs(case: SignsCase) -> list[Finding]:
    """Whether this is an emergency before it is a search.

    >>> calm = dict(tone_rises_fast=False, unstable=False, floppy=False, drowsy=False)
    >>> judge_signs(SignsCase(**calm))
    []
    >>> def found(**seen):
    ...     return [(f.rule, f.urgency.name) for f in judge_signs(SignsCase(**calm | seen)) if f.urgency]
    >>> found(tone_rises_fast=True, unstable=True)
    [('trouble.emergency', 'NOW')]
    >>> found(drowsy=True)
    [('trouble.emergency', 'NOW')]
    >>> found(floppy=True)
    [('trouble.sign', 'TODAY')]
    >>> found(floppy=True, drowsy=None)
    [('trouble.emergency', 'NOW'), ('trouble.not_known', 'TODAY')]
    >>> [f.rule for f in judge_signs(SignsCase(**calm | dict(unstable=True)))]
    ['trouble.sign', 'trouble.looks_alike']
    """
    signs = {
        "tone_rises_fast": case.tone_rises_fast,
        "unstable": case.unstable,
        "floppy": case.floppy,
        "drowsy": case.drowsy,
    }
    seen = [field for field, present in signs.items() if present is True]
    unknown = [field for field, present in signs.items() if present is None]
    found = [_emergency(seen)] if _is_emergency(case) else [_sign(seen)] if seen else []
    found += [_alike(seen)] if seen else []
    return found + ([_unknown(unknown)] if unknown else [])


def judge_contrast(case: ContrastCase) -> list[Finding]:
    """Whether an injection through the access port would push the catheter's drug into the spine.

    It asks for two people and blocks nothing, for the page cannot see why somebody has to; the sentence says no.

    >>> judge_contrast(ContrastCase(injects=True, aspirated=True))
    []
    >>> [f.rule for f in judge_contrast(ContrastCase(injects=True))]
    ['trouble.contrast']
    """
    if case.injects is False or case.aspirated is True or (case.injects is None and case.aspirated is None):
        return []
    known = "was not aspirated" if case.aspirated is False else "is not known to be aspirated"
    return [
        CONTRAST.finding(
            field="aspirated",
            says=f"The catheter {known}: an injection pushes its drug into the spine at once.",
            remedy="Aspirate first. Where nothing comes, inject nothing; picture it without an injection.",
        )
    ]


QUESTIONS = {
    "trouble.signs": (SignsCase, judge_signs),
    "trouble.contrast": (ContrastCase, judge_contrast),
}


def _is_emergency(case: SignsCase) -> bool:
    """Drowsy; or both of a pair; or one of a pair while nobody looked for the other."""
    if case.drowsy is True:
        return True
    pairs = ({case.tone_rises_fast, case.unstable}, {case.floppy, case.drowsy})
    return any(True in pair and False not in pair for pair in pairs)


def _words(fields: list[str]) -> str:
    return ", ".join(field.replace("_", " ") for field in fields)


def _emergency(seen: list[str]) -> Finding:
    return EMERGENCY.finding(
        field=seen[0],
        says=f"An emergency, until shown otherwise: {_words(seen)}.",
        remedy="Treat first: breathing, circulation, the page Too little or Too much. Have the pump read meanwhile.",
        urgency=Urgency.NOW,
    )


def _sign(seen: list[str]) -> Finding:
    return SIGN.finding(
        field=seen[0],
        says=f"Seen: {_words(seen)}.",
        remedy="Have the pump read today, and look again in an hour.",
        urgency=Urgency.TODAY,
    )


def _alike(seen: list[str]) -> Finding:
    return ALIKE.finding(
        field=seen[0],
        says="Too much can look like too little, and the reverse.",
        remedy="Change no dose on the picture alone: read the pump, draw the reservoir, then decide.",
    )


def _unknown(fields: list[str]) -> Finding:
    return UNKNOWN.finding(
        field=fields[0],
        says=f"Nobody looked whether: {_words(fields)}.",
        remedy="Look today, before the next step.",
        urgency=Urgency.TODAY,
    )
