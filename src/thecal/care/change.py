"""What changed between two examinations. Only like is compared with like: one scale, one length of time."""

from dataclasses import dataclass

from thecal.care.scales import LEGS, AshworthVariant, PennFrequency, PennWindow, Tone
from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import decimal_text

TROUBLESHOOTING = "Saulino 2016, best practices: troubleshooting, doi 10.1111/ner.12467"
CHEN = "important change of the mean in the legs after stroke, 0.8 SD, Chen 2019, doi 10.23736/S1973-9087.19.05545-X"

FEW = 4
"""So many muscle groups are named one by one; the rest are counted."""

TONE_CHANGE = Sourced(
    name="tone_change",
    value=10,
    unit="tenths of a point",
    source=f"{OWN_CHOICE}: one whole point in a muscle group; half a point is within what two examiners differ by",
    grade="assumed",
)
LEGS_CHANGE = Sourced(name="legs_change", value=73, unit="hundredths of a point", source=CHEN, grade="paper")

NUMBERS = register(TONE_CHANGE, LEGS_CHANGE)

NOT_COMPARABLE = Rule(
    name="assessment.not_comparable",
    severity=Severity.NOTE,
    asks="Only grades of one scale, and spasms counted over one length of time, are compared.",
    source="variants of the Ashworth scale, wjgnet.com/2307-8960/full/v7/i10/1133-T1.htm; Penn window, pdfcoffee.com",
    grade="paper",
)
TONE_RISEN = Rule(
    name="assessment.tone_risen",
    severity=Severity.NOTE,
    asks="A muscle group a point or more stiffer than before has a cause: look for it before the dose is raised.",
    source=TROUBLESHOOTING,
    grade="paper",
    numbers=(TONE_CHANGE,),
)
TONE_FALLEN = Rule(
    name="assessment.tone_fallen",
    severity=Severity.NOTE,
    asks="A muscle group a point or more looser than before may be a gain, or a function lost.",
    source=f"{OWN_CHOICE}: the counterpart of a rise; lost standing at the test, PMC5571990",
    grade="assumed",
    numbers=(TONE_CHANGE,),
)
LEGS_CHANGED = Rule(
    name="assessment.legs_changed",
    severity=Severity.NOTE,
    asks="A change of the legs' mean grade that matters to patients is pointed out.",
    source=CHEN,
    grade="paper",
    numbers=(LEGS_CHANGE,),
)
RULES = (NOT_COMPARABLE, TONE_RISEN, TONE_FALLEN, LEGS_CHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one examination found that can be set against another; None is not known."""

    variant: AshworthVariant | None = None
    tones: tuple[Tone, ...] = ()
    penn_frequency: PennFrequency | None = None
    penn_window: PennWindow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two examinations of one person. `has_pump` is whether a pump delivers now; None is not known."""

    now: Found
    before: Found
    has_pump: bool | None = None


def judge_change(case: Comparison) -> list[Finding]:
    """What changed since the examination before, and what cannot be compared. Nothing here blocks.

    >>> from thecal.care.scales import Ashworth, AshworthVariant, MuscleGroup, Side
    >>> def graded(grade, variant=AshworthVariant.MODIFIED):
    ...     return Found(variant=variant, tones=(Tone(group=MuscleGroup.KNEE_FLEXORS, side=Side.LEFT, grade=grade),))
    >>> def rules(now, before):
    ...     return [finding.rule for finding in judge_change(Comparison(now=now, before=before))]
    >>> rules(graded(Ashworth.GRADE_2), graded(Ashworth.GRADE_1_PLUS))
    []
    >>> rules(graded(Ashworth.GRADE_3), graded(Ashworth.GRADE_2))
    ['assessment.tone_risen', 'assessment.legs_changed']
    >>> rules(graded(Ashworth.GRADE_1), graded(Ashworth.GRADE_2))
    ['assessment.tone_fallen', 'assessment.legs_changed']
    >>> rules(graded(Ashworth.GRADE_3), graded(Ashworth.GRADE_2, AshworthVariant.ORIGINAL))
    ['assessment.not_comparable']
    """
    changed = changes(case.now, case.before)
    return [
        *_judge_comparable(case.now, case.before),
        *_judge_risen(case, [each for each in changed if each[1] >= TONE_CHANGE.whole()]),
        *_judge_fallen([each for each in changed if each[1] <= -TONE_CHANGE.whole()]),
        *_judge_legs([tenths for tone, tenths in changed if tone.group in LEGS]),
    ]


QUESTIONS = {"assessment.change": (Comparison, judge_change)}
"""What can be asked from a command line: the name, the case, and who judges it."""


def changes(now: Found, before: Found) -> list[tuple[Tone, int]]:
    """Each muscle group graded both times on one scale, as `(tone now, tenths of a point since then)`.

    Two assessments on different scales, or on one nobody wrote down, have nothing to compare.
    """
    if now.variant is None or now.variant is not before.variant:
        return []
    graded = {tone.place: tone.grade for tone in before.tones}
    pairs = [(tone, graded.get(tone.place)) for tone in now.tones]
    return [(tone, tone.grade.tenths - old.tenths) for tone, old in pairs if tone.grade is not None and old is not None]


def _judge_comparable(now: Found, before: Found) -> list[Finding]:
    """What cannot be set side by side, and why."""
    unlike = []
    if now.tones and before.tones and (now.variant is None or now.variant is not before.variant):
        unlike.append("the Ashworth scale")
    spasms = now.penn_frequency is not None and before.penn_frequency is not None
    if spasms and (now.penn_window is None or now.penn_window is not before.penn_window):
        unlike.append("the time over which spasms were counted")
    if not unlike:
        return []
    return [
        NOT_COMPARABLE.finding(
            field="variant",
            says=f"Not the same as last time, or not known: {' and '.join(unlike)}. These are not compared.",
            remedy="Use the same scale and the same length of time at every assessment.",
        )
    ]


def _judge_risen(case: Comparison, risen: list[tuple[Tone, int]]) -> list[Finding]:
    """Stiffer than before; today where drug should be arriving, or where nobody knows whether it should."""
    if not risen:
        return []
    return [
        TONE_RISEN.finding(
            field=risen[0][0].entry,
            says=f"Stiffer than last time: {_list(risen)}.",
            remedy="Look for infection, bladder, bowel, skin and pain first, then for the pump and the catheter; "
            "only then think of the dose.",
            urgency=None if case.has_pump is False else Urgency.TODAY,
        )
    ]


def _judge_fallen(fallen: list[tuple[Tone, int]]) -> list[Finding]:
    """Looser than before."""
    if not fallen:
        return []
    return [
        TONE_FALLEN.finding(
            field=fallen[0][0].entry,
            says=f"Looser than last time: {_list(fallen)}.",
            remedy="Ask what the person can do more easily now, and what they can no longer do.",
        )
    ]


def _judge_legs(tenths: list[int]) -> list[Finding]:
    """The mean over the leg muscles graded both times."""
    if not tenths or abs(sum(tenths)) * 10 < LEGS_CHANGE.whole() * len(tenths):
        return []
    mean = decimal_text(sum(tenths), 10 * len(tenths), places=2)
    return [
        LEGS_CHANGED.finding(
            field="variant",
            says=f"The legs' mean grade changed by {mean} points over {len(tenths)} muscle groups graded both times.",
            remedy="Say what it changed in daily life: the score alone is no goal.",
        )
    ]


def _list(changed: list[tuple[Tone, int]]) -> str:
    """Knee flexors (hamstrings), left, now 3 (+1); both sides in one where both changed alike, the most first."""
    sides: dict[tuple[str, str, int], list[str]] = {}
    for tone, tenths in changed:
        now = "not known" if tone.grade is None else tone.grade.label
        sides.setdefault((tone.group.value, now, tenths), []).append(tone.side.name.lower())
    told = [
        f"{group}, {'both sides' if len(named) > 1 else named[0]}, now {now} "
        f"({'+' if tenths > 0 else ''}{decimal_text(tenths, 10)})"
        for (group, now, tenths), named in sorted(sides.items(), key=lambda item: -abs(item[0][2]))
    ]
    more = [f"and {len(told) - FEW} more"] if len(told) > FEW else []
    return "; ".join([*told[:FEW], *more])
