"""What a dose did: tone against function, and side effects. Less tone is not the aim; what a person can do is.

Who stood on their stiffness may not stand without it. Nothing here blocks, and nothing asks anybody to lower a dose
who has not examined the person: it says what was seen and asks before a dose is raised.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.limits import LOWERING_STEP
from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE
from thecal.units import decimal_text

_STANDING = "37 screening tests, three of eight who walked lost standing, pmc.ncbi.nlm.nih.gov/articles/PMC5571990"
_SEDATED = "early signs of overdose, pill2trip.com/medicine/gabalon-0-005"
_COMMON = "common side effects, rxlist.com/lioresal-intrathecal-side-effects-drug-center.htm"

CANNOT_STAND = Rule(
    name="titration.cannot_stand",
    severity=Severity.TWO_PEOPLE,
    asks="Who could stand or transfer before this dose and no longer can is seen before it is raised; lower, or ask.",
    source=_STANDING,
    grade="paper",
    numbers=(LOWERING_STEP,),
)
WEAKER = Rule(
    name="titration.weaker",
    severity=Severity.REASON,
    asks="Who is weaker at this dose has a reason written down before it is raised.",
    source=_COMMON,
    grade="label",
)
SEDATED = Rule(
    name="titration.sedated",
    severity=Severity.TWO_PEOPLE,
    asks="Who is drowsy, or breathes slowly, may have too much: seen now, and the dose is not raised by one person.",
    source=_SEDATED,
    grade="label",
)
SIDE_EFFECTS = Rule(
    name="titration.side_effects",
    severity=Severity.REASON,
    asks="Side effects at this dose have a reason written down before it is raised.",
    source=_COMMON,
    grade="label",
)
UNEXAMINED = Rule(
    name="titration.unexamined",
    severity=Severity.NOTE,
    asks="Tone, function and side effects at a dose: what nobody looked at is said.",
    source=f"{OWN_CHOICE}: a dose of which only the tone is known is half known",
    grade="assumed",
)
RULES = (CANNOT_STAND, WEAKER, SEDATED, SIDE_EFFECTS, UNEXAMINED)


class Trend(Enum):
    """Beside the dose before."""

    LESS = auto()
    SAME = auto()
    MORE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCase:
    """What was seen at a dose, beside the dose before it. None is not known.

    `could_stand` and `can_stand` are whether the person stands or transfers, before this dose and now. `raises` is
    whether the dose is to be raised next.
    """

    tone: Trend | None = None
    spasms: Trend | None = None
    strength: Trend | None = None
    could_stand: bool | None = None
    can_stand: bool | None = None
    drowsy: bool | None = None
    breathing_slow: bool | None = None
    dizzy: bool | None = None
    nausea: bool | None = None
    headache: bool | None = None
    cannot_pass_urine: bool | None = None
    raises: bool = False


def judge_response(case: ResponseCase) -> list[Finding]:
    """What a note at a dose asks for: notes, and more only before the dose is raised.

    >>> well = dict(tone=Trend.LESS, spasms=Trend.LESS, strength=Trend.SAME, could_stand=True, can_stand=True,
    ...     drowsy=False, breathing_slow=False, dizzy=False, nausea=False, headache=False, cannot_pass_urine=False)
    >>> judge_response(ResponseCase(**well, raises=True))
    []
    >>> for change in ({"can_stand": False}, {"strength": Trend.LESS}, {"drowsy": True}, {"nausea": True},
    ...         {"tone": None}):
    ...     [[(f.rule, f.severity.name) for f in judge_response(ResponseCase(**(well | change), raises=raises))]
    ...         for raises in (True, False)]
    [[('titration.cannot_stand', 'TWO_PEOPLE')], [('titration.cannot_stand', 'NOTE')]]
    [[('titration.weaker', 'REASON')], [('titration.weaker', 'NOTE')]]
    [[('titration.sedated', 'TWO_PEOPLE')], [('titration.sedated', 'NOTE')]]
    [[('titration.side_effects', 'REASON')], [('titration.side_effects', 'NOTE')]]
    [[('titration.unexamined', 'NOTE')], [('titration.unexamined', 'NOTE')]]
    """
    return [*_judge_sedation(case), *_judge_function(case), *_judge_side_effects(case), *_judge_unknown(case)]


QUESTIONS = {"titration.response": (ResponseCase, judge_response)}


def _judge_sedation(case: ResponseCase) -> list[Finding]:
    """Too much drug shows itself first as sleep, then as breath."""
    if not (case.drowsy or case.breathing_slow):
        return []
    field, seen = ("breathing_slow", "Breathing is slow") if case.breathing_slow else ("drowsy", "The person is drowsy")
    now = Urgency.NOW if case.breathing_slow else Urgency.TODAY
    says = f"{seen}: this may be too much baclofen."
    remedy = "See the person, and the page on too much baclofen. The pump can be stopped; withdrawal then follows."
    return [SEDATED.finding(field=field, says=says, remedy=remedy, severity=_asked(SEDATED, case), urgency=now)]


def _judge_function(case: ResponseCase) -> list[Finding]:
    """Tone against what the person can do."""
    share = f"{decimal_text(LOWERING_STEP.whole(), 10)} %"
    if case.can_stand is False and case.could_stand is not False:
        before = "stood or transferred before this dose" if case.could_stand else "may have stood before this dose"
        return [
            CANNOT_STAND.finding(
                field="can_stand",
                says=f"The person {before}, and now cannot.",
                remedy=f"Ask what matters more to them; lower, by no more than {share} at a time, or ask a therapist.",
                severity=_asked(CANNOT_STAND, case),
                urgency=Urgency.TODAY,
            )
        ]
    if case.strength is Trend.LESS:
        return [
            WEAKER.finding(
                field="strength",
                says="The person is weaker than at the dose before.",
                remedy="Ask what they can no longer do. Keep or lower the dose, or write down why it is raised.",
                severity=_asked(WEAKER, case),
            )
        ]
    return []


def _judge_side_effects(case: ResponseCase) -> list[Finding]:
    """The others, by name."""
    named = {"dizzy": "dizziness", "nausea": "nausea", "headache": "headache", "cannot_pass_urine": "cannot pass urine"}
    seen = {field: words for field, words in named.items() if getattr(case, field)}
    if not seen:
        return []
    return [
        SIDE_EFFECTS.finding(
            field=next(iter(seen)),
            says=f"At this dose: {', '.join(seen.values())}.",
            remedy="Weigh it against what the dose does. Keep or lower it, or write down why it is raised.",
            severity=_asked(SIDE_EFFECTS, case),
        )
    ]


def _judge_unknown(case: ResponseCase) -> list[Finding]:
    """What nobody looked at."""
    asked = {
        "tone": "tone", "spasms": "spasms", "strength": "strength", "could_stand": "whether they stood before",
        "can_stand": "whether they stand now", "drowsy": "drowsiness", "breathing_slow": "breathing",
        "dizzy": "dizziness", "nausea": "nausea", "headache": "headache", "cannot_pass_urine": "passing urine",
    }  # fmt: skip
    missing = {field: words for field, words in asked.items() if getattr(case, field) is None}
    if not missing:
        return []
    return [
        UNEXAMINED.finding(
            field=next(iter(missing)),
            says=f"Not known: {', '.join(missing.values())}.",
            remedy="Look and ask before the next change of dose. Nothing here is taken for a no.",
        )
    ]


def _asked(rule: Rule, case: ResponseCase) -> Severity:
    """All that the rule asks for where the dose is to be raised; otherwise it is said and no more."""
    return rule.severity if case.raises else Severity.NOTE
