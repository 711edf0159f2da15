"""What is weighed: for the team with what speaks for, against and is missing; for the patient without any verdict.

The team's page shows each point with its source. The patient's sentences ask and tell, and have the same shape
whatever the answer is: nobody can read a yes or a no out of them before the team has met.
"""

from collections.abc import Callable
from dataclasses import dataclass

from thecal.care.candidacy import (
    AGE,
    BODY_SIZE,
    BRAIN_INJURY,
    CONCERNS,
    EPILEPSY,
    FUSION,
    GOALS,
    MILD,
    NO_OBSTACLE,
    ORAL_FIRST,
    REFILLS,
    STRENGTH_UNKNOWN,
    UNKNOWN,
    judge_candidacy,
    strength_unknown,
    unknown,
)
from thecal.care.candidate import NICE, SELECTION, CandidacyCase, Epilepsy, Fusion, is_severe
from thecal.findings import Finding, Severity
from thecal.sources import Grade
from thecal.units import NO_BREAK_SPACE, decimal_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that is weighed: the entry, a sentence, and where a reader can follow it."""

    field: str
    says: str
    source: str
    grade: Grade | None
    blocks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """Side by side, for the team. `no_obstacle` is what people take for a reason against a pump, and is none."""

    speaks_for: tuple[Point, ...]
    speaks_against: tuple[Point, ...]
    missing: tuple[Point, ...]
    no_obstacle: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """For the patient: what the team will look at, and what stands in the record about it."""

    field: str
    asks: str
    in_record: str


def weigh(case: CandidacyCase) -> Weighing:
    """What speaks for a pump, what against, and what nobody knows, each with its source. It adds nothing up.

    >>> weighed = weigh(CandidacyCase(baclofen_allergy=True, groups_at_4=3))
    >>> [point.field for point in weighed.speaks_for], [point.field for point in weighed.speaks_against]
    (['groups_at_4'], ['baclofen_allergy'])
    """
    points = [(finding.rule, _point_of(finding)) for finding in judge_candidacy(case)]
    aside = {UNKNOWN.name, STRENGTH_UNKNOWN.name, NO_OBSTACLE.name}
    return Weighing(
        speaks_for=_speaks_for(case),
        speaks_against=tuple(point for rule, point in points if rule not in aside),
        missing=tuple(_missing_point(*each) for each in (unknown(case) | strength_unknown(case)).items()),
        no_obstacle=tuple(point for rule, point in points if rule == NO_OBSTACLE.name),
    )


def for_the_patient(case: CandidacyCase) -> tuple[Plain, ...]:
    """What the team will weigh, in plain words: the same questions for everybody, and what the record says to each.

    >>> for_the_patient(CandidacyCase(active_infection=True))[1].in_record
    'You have an infection now.'
    >>> for_the_patient(CandidacyCase())[1].in_record
    'Not known yet.'
    """
    return tuple(Plain(field=field, asks=asks, in_record=told(case) or NOT_KNOWN) for field, asks, told in _PLAIN)


NOT_KNOWN = "Not known yet."


def _point_of(finding: Finding) -> Point:
    return Point(
        field=finding.field,
        says=finding.says,
        source=finding.source,
        grade=finding.grade,
        blocks=finding.severity is Severity.BLOCK,
    )


_ASKED_BY = {each.field: each.rule for each in CONCERNS} | {
    "age_years": AGE,
    "weight_g": BODY_SIZE,
    "origin": ORAL_FIRST,
    "brain_injury": BRAIN_INJURY,
    "fusion": FUSION,
    "epilepsy": EPILEPSY,
    "oral_failed": ORAL_FIRST,
    "groups_at_4": MILD,
    "penn_frequency": MILD,
}
"""Which rule wants to know a field."""


def _missing_point(field: str, words: str) -> Point:
    """What nobody knows, with the source of the rule that asks."""
    rule = _ASKED_BY[field]
    return Point(field=field, says=f"Not known: {words}.", source=rule.source, grade=rule.grade)


def _speaks_for(case: CandidacyCase) -> tuple[Point, ...]:
    """What is known and speaks for a pump. What is unknown speaks for nothing."""
    held = (
        ("groups_at_4", is_severe(case), _severity_words(case), MILD.source),
        ("oral_failed", case.oral_failed, "Drugs by mouth helped too little or could not be borne.", ORAL_FIRST.source),
        ("interferes", case.interferes, "Spasticity stands in the way of comfort, movement or care.", SELECTION),
        ("arms", _both(case), "Arms and legs are spastic.", NICE.format("1.6.2")),
        ("goals_realistic", case.goals_realistic, "The goals are ones that a pump may reach.", GOALS.source),
        ("refills_committed", case.refills_committed, "Somebody commits to every refill.", REFILLS.source),
    )
    grades: dict[str, Grade] = {"oral_failed": "label"}
    return tuple(
        Point(field=field, says=says, source=source, grade=grades.get(field, "paper"))
        for field, speaks, says, source in held
        if speaks
    )


def _both(case: CandidacyCase) -> bool | None:
    return case.arms and case.legs


def _severity_words(case: CandidacyCase) -> str:
    """What was measured, as far as it was."""
    groups = None if case.groups_at_4 is None else f"Ashworth 4 or more in {case.groups_at_4} muscle groups"
    spasms = None if case.penn_frequency is None else f"Penn frequency {case.penn_frequency}"
    return f"{' and '.join(filter(None, (groups, spasms)))}."


def _told(field: str, present: str, absent: str) -> Callable[[CandidacyCase], str | None]:
    """Read a field that is so, is not so, or is not known."""

    def tell(case: CandidacyCase) -> str | None:
        answer = getattr(case, field)
        return None if answer is None else present if answer else absent

    return tell


def _tell_size(case: CandidacyCase) -> str | None:
    known = [
        None if case.age_years is None else f"{case.age_years} years",
        None if case.weight_g is None else f"{decimal_text(case.weight_g, 1_000)}{NO_BREAK_SPACE}kg",
    ]
    return f"{', '.join(filter(None, known))}." if any(known) else None


def _tell_brain(case: CandidacyCase) -> str | None:
    if not case.brain_injury:
        return None if case.brain_injury is None else "Your brain was not injured in an accident."
    days = case.brain_injury_days_ago
    return "Your brain was injured; when is not known yet." if days is None else f"It was injured {days} days ago."


def _tell_spine(case: CandidacyCase) -> str | None:
    words = {
        Fusion.NONE: "Your spine is not fused.",
        Fusion.PLANNED: "An operation to fuse your spine is planned.",
        Fusion.DONE: "Your spine is fused.",
    }
    return None if case.fusion is None else words[case.fusion]


def _tell_epilepsy(case: CandidacyCase) -> str | None:
    words = {
        Epilepsy.NONE: "You do not have epilepsy.",
        Epilepsy.CONTROLLED: "You have epilepsy, and tablets control it.",
        Epilepsy.UNCONTROLLED: "You have epilepsy, and still have fits.",
    }
    return None if case.epilepsy is None else words[case.epilepsy]


def _tell_severity(case: CandidacyCase) -> str | None:
    known = (
        None if case.groups_at_4 is None else f"Very stiff groups of muscles: {case.groups_at_4}.",
        None if case.penn_frequency is None else f"Spasms, from 0 to 4: {case.penn_frequency}.",
    )
    return " ".join(filter(None, known)) or None


_PLAIN: tuple[tuple[str, str, Callable[[CandidacyCase], str | None]], ...] = (
    ("baclofen_allergy", "Are you allergic to baclofen? It is the drug in the pump.",
     _told("baclofen_allergy", "You are allergic to it.", "You are not allergic to it.")),
    ("active_infection", "Do you have an infection now? Germs can settle on a pump.",
     _told("active_infection", "You have an infection now.", "You do not have an infection now.")),
    ("groups_at_4", "How stiff are you, and how many spasms do you have?", _tell_severity),
    ("interferes", "What does the stiffness stop you from doing?",
     _told("interferes", "It stands in your way.", "It does not stand in your way.")),
    ("relies_on_tone", "What does the stiffness help you to do? It may become less.",
     _told("relies_on_tone", "You use it to stand or move.", "You do not use it to stand or move.")),
    ("oral_failed", "Which tablets have you tried, and how did they go?",
     _told("oral_failed", "Tablets did not do enough, or made you ill.", "Tablets do enough, and do not harm you.")),
    ("one_region", "Is it one part of your body, or more? One part can have other treatment.",
     _told("one_region", "It is one part.", "It is more than one part.")),
    ("goals_realistic", "What do you want to reach? Can a pump do that?",
     _told("goals_realistic", "The team has talked about your goals: a pump may do that.",
           "The team has talked about your goals: a pump may not do that.")),
    ("refills_committed", "Who brings you to every refill, for years? A missed refill is dangerous.",
     _told("refills_committed", "Somebody is named.", "Nobody is named.")),
    ("age_years", "How old and how big are you? A pump needs room.", _tell_size),
    ("brain_injury", "Was your brain injured, and when? It can still change in the first year.", _tell_brain),
    ("fusion", "Is your spine fused, or will it be? The thin tube goes into your back.", _tell_spine),
    ("epilepsy", "Do you have epilepsy? The drug may change fits.", _tell_epilepsy),
    ("breathing_risk", "How well do you breathe? The drug can slow breathing.",
     _told("breathing_risk", "Your breathing may fail.", "Your breathing is safe.")),
    ("coagulopathy", "Does your blood clot well? The test needs a needle in your back.",
     _told("coagulopathy", "It does not clot well.", "It clots well.")),
    ("malnutrition", "Do you eat enough? Wounds need food to heal.",
     _told("malnutrition", "You do not eat enough.", "You eat enough.")),
    ("kidneys_impaired", "How well do your kidneys work? They clear the drug.",
     _told("kidneys_impaired", "They do not work well.", "They work well.")),
    ("psychosis", "Have you been badly confused, or heard voices? The drug may make that worse.",
     _told("psychosis", "That has happened.", "That has not happened.")),
    ("dysreflexia", "Does your blood pressure jump? It can, after an injury high in the spine.",
     _told("dysreflexia", "It does.", "It does not.")),
    ("pregnant", "Are you pregnant? The team then thinks of two people.",
     _told("pregnant", "You are pregnant.", "You are not pregnant.")),
    ("other_device", "Do you have another device in your body, such as a pacemaker?",
     _told("other_device", "You have one.", "You do not have one.")),
)  # fmt: skip
"""Each topic: its field, the question, and how the record's answer is told."""
