"""What counts as a response to a screening dose, worked out as one of the published rules has it, and what follows.

The label names no number. Who tests therefore chooses a rule before the first dose, and the record shows which.
Arithmetic is exact, in tenths of a point: only muscle groups that were examined both before the dose and after it are
compared, and those that were not are named. A response that nobody could work out is not known, and is no "no".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from thecal.care.limits import LARGEST_SCREENING
from thecal.care.scales import LEGS, PennFrequency, Tone
from thecal.care.screening import Response
from thecal.care.starting import Screening
from thecal.care.titration import Origin
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import HOUR_MS, NO_BREAK_SPACE, decimal_text, show_mass

_PENN = "Penn 1992, PubMed 1625011; Meythaler 2001"
_GILMARTIN = "Gilmartin 2000, einstein.elsevierpure.com"
_PAYER = "eviCore CMM-210, verity.backworkai.com"
_HUMANA = "Humana, Louisiana Medicaid, verity.backworkai.com"
_LABEL = "baclofen label as restated by epgonline.org/global/drugs/lioresal, and by skyscape.com for 100 mcg"
TENTHS = 10

TWO_POINTS_DROP = Sourced(name="response_two_points", value=20, unit="tenths of a point", source=_PENN, grade="paper")
LEGS_DROP = Sourced(name="response_legs", value=10, unit="tenths of a point", source=_GILMARTIN, grade="paper")
PAYER_DROP = Sourced(name="response_payer", value=20, unit="tenths of a point", source=_PAYER, grade="paper")
PAYER_TIME = Sourced(name="response_payer_time", value=4 * HOUR_MS, unit="ms", source=_PAYER, grade="paper")
SPINAL_DROP = Sourced(name="response_spinal", value=20, unit="tenths of a point", source=_HUMANA, grade="paper")
CEREBRAL_DROP = Sourced(name="response_cerebral", value=10, unit="tenths of a point", source=_HUMANA, grade="paper")

NUMBERS = register(TWO_POINTS_DROP, LEGS_DROP, PAYER_DROP, PAYER_TIME, SPINAL_DROP, CEREBRAL_DROP)

NOT_CHOSEN = Rule(
    name="screening.rule_not_chosen",
    severity=Severity.NOTE,
    asks="Without a chosen rule a response cannot be worked out.",
    source=f"{OWN_CHOICE}: the label names no number",
    grade="assumed",
)
NOT_COMPARED = Rule(
    name="screening.not_compared",
    severity=Severity.NOTE,
    asks="Only what was examined both before the dose and after it is compared; the rest is named.",
    source=f"{OWN_CHOICE}: what was not examined is not known, and not unchanged",
    grade="assumed",
)
DIFFERS = Rule(
    name="screening.verdict_differs",
    severity=Severity.TWO_PEOPLE,
    asks="A team that sees a response where the chosen rule sees none has a second person agree.",
    source=f"{OWN_CHOICE}: the rule was chosen before anybody knew",
    grade="assumed",
    numbers=tuple(NUMBERS.values()),
)
UNTESTED = Rule(
    name="screening.untested",
    severity=Severity.BLOCK,
    asks="Nobody gets a pump before a screening dose is known to have worked.",
    source=_LABEL,
    grade="label",
)
NO_RESPONSE = Rule(
    name="screening.no_response",
    severity=Severity.BLOCK,
    asks="Who did not respond to the test gets no pump; a response to an extended infusion asks for two people.",
    source=_LABEL,
    grade="label",
    numbers=(LARGEST_SCREENING,),
)
RULES = (NOT_CHOSEN, NOT_COMPARED, DIFFERS, UNTESTED, NO_RESPONSE)


class ResponderRule(Enum):
    """A published bar. The value is how it is shown."""

    TWO_POINTS = "A mean drop of 2 points on the Ashworth scale, or of 2 on the Penn frequency (Penn 1992)"
    LEGS_ONE_POINT = "A mean drop of 1 point on the Ashworth scale in the legs (Gilmartin 2000, cerebral palsy)"
    TWO_POINTS_FOUR_HOURS = "2 points on the Ashworth scale or the Penn frequency, for 4 hours (a payer's)"
    BY_ORIGIN = "2 points on the Ashworth scale where the origin is spinal, 1 where it is cerebral (a payer's)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One examination: `after_ms` since the dose; grades as far as they were taken; the Penn frequency, if asked."""

    after_ms: int
    tones: tuple[Tone, ...] = ()
    penn: PennFrequency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """What one examination shows beside the one before the dose.

    `tenths` is the sum of all drops over `groups` groups examined both times; `left_out` were examined only once.
    `penn` is the drop of the Penn frequency, None where it was not asked both times.
    """

    after_ms: int
    tenths: int
    groups: int
    left_out: tuple[str, ...]
    penn: int | None

    @property
    def mean(self) -> str:
        """The mean drop in words, to the hundredth of a point; empty where nothing was compared."""
        if not self.groups:
            return ""
        hundredths = round(self.tenths * TENTHS / self.groups)
        return f"{decimal_text(hundredths, TENTHS * TENTHS)}{NO_BREAK_SPACE}points"

    def reaches(self, needed_tenths: int) -> bool | None:
        """Whether the mean drop is that much; None where nothing was compared."""
        return self.tenths >= needed_tenths * self.groups if self.groups else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCase:
    """One dose: what was found before, what was seen after, the chosen rule, and what the team says of it."""

    rule: ResponderRule | None = None
    before: Seen | None = None
    seen: tuple[Seen, ...] = ()
    origin: Origin | None = None
    judged: Response | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the chosen rule makes of a dose.

    `responded` is None where it cannot be worked out. `best` is the examination with the greatest drop. Where there
    was a response, `lasted_ms` is the time since the dose at which it was first seen to be over, or, where it was
    `present_at_last`, of the last examination: never less than it truly was seen to last.
    """

    responded: bool | None
    best: Drop | None
    lasted_ms: int | None
    present_at_last: bool | None


def verdict_of(case: ResponseCase) -> Verdict:
    """What the chosen rule makes of what was seen.

    >>> from thecal.care.scales import Ashworth, MuscleGroup, Side
    >>> def knee(grade): return (Tone(group=MuscleGroup.KNEE_FLEXORS, side=Side.LEFT, grade=grade),)
    >>> case = ResponseCase(
    ...     rule=ResponderRule.TWO_POINTS, before=Seen(after_ms=0, tones=knee(Ashworth.GRADE_3)),
    ...     seen=(Seen(after_ms=4 * HOUR_MS, tones=knee(Ashworth.GRADE_1)),
    ...           Seen(after_ms=8 * HOUR_MS, tones=knee(Ashworth.GRADE_2))))
    >>> verdict = verdict_of(case)
    >>> verdict.responded, verdict.lasted_ms // HOUR_MS, verdict.present_at_last
    (True, 8, False)
    """
    drops = _drops(case)
    best = max(drops, key=_size, default=None)
    met = [(drop.after_ms, _meets(case, drop)) for drop in drops]
    known = [(after_ms, met_then) for after_ms, met_then in met if met_then is not None]
    responded = _responded(case.rule, known)
    if not responded:
        return Verdict(responded=responded, best=best, lasted_ms=None, present_at_last=None)
    last_met = max(index for index, (_, met_then) in enumerate(known) if met_then)
    over = known[last_met + 1 :]
    lasted_ms = over[0][0] if over else known[last_met][0]
    return Verdict(responded=True, best=best, lasted_ms=lasted_ms, present_at_last=not over)


def screening_of(verdict: Verdict, dose_pg: int) -> Screening | None:
    """What the first daily dose is worked out from; None where the dose is not known to have worked."""
    if not verdict.responded:
        return None
    return Screening(
        effective_pg=dose_pg,
        effect_lasted_ms=verdict.lasted_ms,
        present_at_last_observation=verdict.present_at_last,
    )


def judge_response(case: ResponseCase) -> list[Finding]:
    """What is missing for a verdict, and where the team's differs from the rule's. Writing it down is never refused.

    >>> from thecal.care.scales import Ashworth, MuscleGroup, Side
    >>> def knee(grade): return (Tone(group=MuscleGroup.KNEE_FLEXORS, side=Side.LEFT, grade=grade),)
    >>> clear = ResponseCase(
    ...     rule=ResponderRule.TWO_POINTS, before=Seen(after_ms=0, tones=knee(Ashworth.GRADE_3)),
    ...     seen=(Seen(after_ms=4 * HOUR_MS, tones=knee(Ashworth.GRADE_1)),), judged=Response.ENOUGH)
    >>> judge_response(clear)
    []
    >>> from dataclasses import replace
    >>> [finding.rule for finding in judge_response(replace(clear, rule=None))]
    ['screening.rule_not_chosen', 'screening.verdict_differs']
    >>> less = (Seen(after_ms=4 * HOUR_MS, tones=knee(Ashworth.GRADE_1_PLUS)),)
    >>> [(finding.rule, finding.severity.name) for finding in judge_response(replace(clear, seen=less))]
    [('screening.verdict_differs', 'TWO_PEOPLE')]
    >>> unseen = (Seen(after_ms=4 * HOUR_MS, tones=knee(None)),)
    >>> [finding.rule for finding in judge_response(replace(clear, seen=unseen, judged=None))]
    ['screening.not_compared']
    """
    found: list[Finding] = []
    if case.rule is None:
        says = "No rule for a response was chosen, so none can be worked out."
        found.append(NOT_CHOSEN.finding(field="rule", says=says, remedy="Choose one before the next dose."))
    verdict = verdict_of(case)
    if verdict.best is None or verdict.best.left_out:
        found.append(_not_compared(verdict.best))
    return found + _judge_verdict(case, verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplantCase:
    """What is on record of the screening test when a first pump is to be implanted.

    `largest_pg` is the largest dose that was given and `responded` whether any dose was judged to do enough;
    `extended_responded` says how an extended infusion test ended. None is not on record, or not judged.
    """

    largest_pg: int | None = None
    responded: bool | None = None
    extended_responded: bool | None = None


def judge_implant(case: ImplantCase) -> list[Finding]:
    """Whether the screening test stands against an implant, which can wait.

    The label wants a response to a screening dose first, and takes nobody who had none at 100 mcg. Some centres then
    try a continuous infusion through a temporary catheter. That is no screening test in the label's sense, so its
    record alone lifts nothing; but where the infusion itself did work, what the label guards against, a pump for
    somebody whom the drug does not help, is not the case: then two people may decide.

    >>> mcg = 1_000_000
    >>> judge_implant(ImplantCase(largest_pg=50 * mcg, responded=True))
    []
    >>> [finding.rule for finding in judge_implant(ImplantCase(largest_pg=50 * mcg))]
    ['screening.untested']
    >>> failed = ImplantCase(largest_pg=100 * mcg, responded=False)
    >>> [(finding.rule, finding.severity.name) for finding in judge_implant(failed)]
    [('screening.no_response', 'BLOCK')]
    >>> from dataclasses import replace
    >>> [finding.severity.name for finding in judge_implant(replace(failed, extended_responded=False))]
    ['BLOCK']
    >>> [finding.severity.name for finding in judge_implant(replace(failed, extended_responded=True))]
    ['TWO_PEOPLE']
    """
    if case.responded and case.largest_pg is not None:
        return []
    severity = Severity.TWO_PEOPLE if case.extended_responded else Severity.BLOCK
    if case.responded is None or case.largest_pg is None:
        says = "No screening dose is known to have worked."
        if case.extended_responded:
            says += " An extended infusion did."
        remedy = "Do the screening test, and judge its last dose."
        return [UNTESTED.finding(field="screening", says=says, remedy=remedy, severity=severity)]
    return [_no_response(case.largest_pg, severity, extended=case.extended_responded)]


QUESTIONS = {
    "screening.response": (ResponseCase, judge_response),
    "screening.implant": (ImplantCase, judge_implant),
}


def _drops(case: ResponseCase) -> list[Drop]:
    """Every examination after the dose beside the one before it, in the order of time."""
    if case.before is None:
        return []
    legs_only = case.rule is ResponderRule.LEGS_ONE_POINT
    return [_drop(case.before, seen, legs_only=legs_only) for seen in sorted(case.seen, key=lambda seen: seen.after_ms)]


def _drop(before: Seen, seen: Seen, *, legs_only: bool) -> Drop:
    first, then = ({tone.place: tone.grade for tone in each.tones if tone.grade is not None} for each in (before, seen))
    tenths, groups, left_out = 0, 0, list[str]()
    for place in [*first, *(place for place in then if place not in first)]:
        if legs_only and place[0] not in LEGS:
            continue
        one, other = first.get(place), then.get(place)
        if one is not None and other is not None:
            tenths, groups = tenths + one.tenths - other.tenths, groups + 1
        else:
            left_out.append(Tone(group=place[0], side=place[1]).says)
    penn = None if before.penn is None or seen.penn is None else before.penn - seen.penn
    return Drop(after_ms=seen.after_ms, tenths=tenths, groups=groups, left_out=tuple(left_out), penn=penn)


def _size(drop: Drop) -> tuple[bool, Fraction, bool, int, int]:
    """The greatest mean, then the Penn frequency, then the earliest; what was not compared is least."""
    mean = Fraction(drop.tenths, max(drop.groups, 1))
    return drop.groups > 0, mean, drop.penn is not None, drop.penn or 0, -drop.after_ms


def _meets(case: ResponseCase, drop: Drop) -> bool | None:
    """Whether one examination reaches the bar; None where it cannot be told."""
    match case.rule:
        case ResponderRule.TWO_POINTS:
            return _either(drop, TWO_POINTS_DROP)
        case ResponderRule.LEGS_ONE_POINT:
            return drop.reaches(LEGS_DROP.whole())
        case ResponderRule.TWO_POINTS_FOUR_HOURS:
            return _either(drop, PAYER_DROP)
        case ResponderRule.BY_ORIGIN if case.origin is not None:
            needed = SPINAL_DROP if case.origin is Origin.SPINAL else CEREBRAL_DROP
            return drop.reaches(needed.whole())
        case _:
            return None


def _either(drop: Drop, needed: Sourced) -> bool | None:
    """The bar on either scale. One of them suffices, for a yes and for a no alike: nobody is asked both."""
    ashworth = drop.reaches(needed.whole())
    penn = None if drop.penn is None else drop.penn * TENTHS >= needed.whole()
    if ashworth is None or penn is None:
        return penn if ashworth is None else ashworth
    return ashworth or penn


def _responded(rule: ResponderRule | None, known: list[tuple[int, bool]]) -> bool | None:
    if not known:
        return None
    if rule is ResponderRule.TWO_POINTS_FOUR_HOURS:
        return any(lasted_ms >= PAYER_TIME.whole() for lasted_ms in _runs_ms(known))
    return any(met for _, met in known)


def _runs_ms(known: list[tuple[int, bool]]) -> Iterator[int]:
    """How long each unbroken run of met examinations was seen to last, up to each of its examinations."""
    began_ms: int | None = None
    for after_ms, met in known:
        began_ms = (after_ms if began_ms is None else began_ms) if met else None
        if began_ms is not None:
            yield after_ms - began_ms


def _not_compared(best: Drop | None) -> Finding:
    if best is None:
        says = "Nothing was examined both before the dose and after it, so nothing can be compared."
    else:
        says = f"Not compared, for it was not examined both times: {'; '.join(best.left_out)}."
    return NOT_COMPARED.finding(field="tones", says=says, remedy="Examine the same muscle groups each time.")


def _judge_verdict(case: ResponseCase, verdict: Verdict) -> list[Finding]:
    """The team's verdict beside the rule's."""
    if case.judged is None or (case.judged is Response.ENOUGH) == verdict.responded:
        return []
    if case.judged is Response.NOT_ENOUGH and verdict.responded is None:
        return []
    by_rule = {True: "there was a response", False: "there was none", None: "it cannot be told"}[verdict.responded]
    enough = case.judged is Response.ENOUGH
    return [
        DIFFERS.finding(
            field="judged",
            says=f"By the chosen rule {by_rule}; the team says that the dose did {'' if enough else 'not do '}enough.",
            remedy="Write down what was seen that the rule does not count.",
            severity=Severity.TWO_PEOPLE if enough else Severity.REASON,
        )
    ]


def _no_response(largest_pg: int, severity: Severity, *, extended: bool | None) -> Finding:
    says = f"There was no response at {show_mass(largest_pg)}."
    if extended is not None:
        says += f" An extended infusion {'did' if extended else 'did not'} work."
    ended = largest_pg >= LARGEST_SCREENING.whole()
    remedy = "Do not implant; an extended infusion test can be recorded." if ended else "Go on with the series."
    return NO_RESPONSE.finding(field="screening", says=says, remedy=remedy, severity=severity)
