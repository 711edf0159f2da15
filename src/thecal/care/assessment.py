"""What an assessment says, what it leaves open, and what a later step must know of it.

Nothing here blocks: an assessment is written down as it was found. What was not asked is unknown, and unknown is
never no: whoever may rely on stiffness to stand is treated as relying on it until somebody asks.
"""

from dataclasses import dataclass
from enum import Enum

from thecal.care.scales import (
    LEGS,
    PENN_SOURCE,
    Ashworth,
    AshworthVariant,
    GasLevel,
    MuscleGroup,
    PennFrequency,
    PennSeverity,
    PennWindow,
    Tone,
)
from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import PG_PER_MCG, decimal_text, show_mass

WORST = 10
"""The end of a 0 to 10 scale."""
FEW = 4
"""So many muscle groups are still named one by one."""
SELECTION = "Saulino 2016, best practices: patient selection, doi 10.1111/ner.12447"
TROUBLESHOOTING = "Saulino 2016, best practices: troubleshooting, doi 10.1111/ner.12467"
SCREENING = "Boster 2016, best practices: screening test, doi 10.1111/ner.12437"
CONTRACTURE = (
    "Ashworth grades confounded by contracture, studylib.net/doc/10798261; range under anaesthesia separates them, "
    "uhbristol.nhs.uk itb-test-dose"
)
CHEN = "important change of the mean in the legs after stroke, 0.8 SD, Chen 2019, doi 10.23736/S1973-9087.19.05545-X"

TONE_CHANGE = Sourced(
    name="tone_change",
    value=10,
    unit="tenths of a point",
    source=f"{OWN_CHOICE}: one whole point in a muscle group; half a point is within what two examiners differ by",
    grade="assumed",
)
LEGS_CHANGE = Sourced(name="legs_change", value=73, unit="hundredths of a point", source=CHEN, grade="paper")
SMALL_SCREENING = Sourced(
    name="screening_dose_relying_on_tone", value=25 * PG_PER_MCG, unit="pg", source=SCREENING, grade="paper"
)

NUMBERS = register(TONE_CHANGE, LEGS_CHANGE, SMALL_SCREENING)

UNKNOWN = Rule(
    name="assessment.unknown",
    severity=Severity.NOTE,
    asks="What was not asked or examined is named, for the next step must not take it for a no.",
    source="tone, range, transfers, posture and pain at the first assessment, uhbristol.nhs.uk itb-initial-assessment",
    grade="paper",
)
VARIANT = Rule(
    name="assessment.variant",
    severity=Severity.REASON,
    asks="A grade of 1+ exists only on the Modified Ashworth scale.",
    source="Bohannon and Smith 1987 as told in statpearls.com/ArticleLibrary/viewarticle/25220",
    grade="paper",
)
SEVERITY_WITHOUT_SPASMS = Rule(
    name="assessment.severity_without_spasms",
    severity=Severity.REASON,
    asks="The Penn scale asks for no severity where there are no spasms.",
    source=PENN_SOURCE,
    grade="paper",
)
SPASMS_WITHOUT_SEVERITY = Rule(
    name="assessment.spasms_without_severity",
    severity=Severity.NOTE,
    asks="Where there are spasms, the Penn scale's second part says how severe they are.",
    source=PENN_SOURCE,
    grade="paper",
)
CONTRACTED = Rule(
    name="assessment.contracture",
    severity=Severity.NOTE,
    asks="A contracture looks like stiffness on the scale, and no drug loosens it.",
    source=CONTRACTURE,
    grade="paper",
)
RELIES_ON_TONE = Rule(
    name="assessment.relies_on_tone",
    severity=Severity.NOTE,
    asks="Who uses stiffness to stand, transfer, walk or sit may lose that: a small screening dose, and a goal for it.",
    source=f"{SCREENING}; lost standing at the test, PMC5571990; useful tone weighed first, NICE CG145, nice.org.uk",
    grade="paper",
    numbers=(SMALL_SCREENING,),
)
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
GOALS_MISSING = Rule(
    name="assessment.goals_missing",
    severity=Severity.REASON,
    asks="An assessment has at least one goal in the patient's words.",
    source=SELECTION,
    grade="paper",
)
GOAL_LEVEL = Rule(
    name="assessment.goal_level",
    severity=Severity.NOTE,
    asks="Each goal has its present level on the attainment scale, so that reaching it can be seen.",
    source="Turner-Stokes 2009, doi 10.1177/0269215508101742",
    grade="paper",
)
GOALS_AGREED = Rule(
    name="assessment.goals_agreed",
    severity=Severity.REASON,
    asks="Goals are agreed with the patient: expectations that nobody talked about are disappointed.",
    source=f"{SELECTION}; expectations against outcome at a year, medicaljournalssweden.se/jrm/article/view/3424",
    grade="paper",
)

RULES = (
    UNKNOWN,
    VARIANT,
    SEVERITY_WITHOUT_SPASMS,
    SPASMS_WITHOUT_SEVERITY,
    CONTRACTED,
    RELIES_ON_TONE,
    NOT_COMPARABLE,
    TONE_RISEN,
    TONE_FALLEN,
    LEGS_CHANGED,
    GOALS_MISSING,
    GOAL_LEVEL,
    GOALS_AGREED,
)


class ToneUse(Enum):
    """What stiffness lets the person do. The value is the word on screens."""

    STANDING = "standing"
    TRANSFERRING = "transferring"
    WALKING = "walking"
    SITTING = "sitting upright"
    GRIPPING = "gripping"


class Mobility(Enum):
    """How the person gets about, from the most to the least. The value is the sentence on screens."""

    WALKS = "walks without aid"
    WALKS_WITH_AID = "walks with an aid"
    STANDS_TO_TRANSFER = "stands to transfer"
    TRANSFERS_WITH_HELP = "transfers with help"
    IS_HOISTED = "is hoisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One goal in the patient's words, its present level, and how much it weighs against the others (1 to 9)."""

    says: str
    level: GasLevel | None = None
    weight: int = 1

    def __post_init__(self) -> None:
        assert self.says, "a goal says something"
        assert 1 <= self.weight <= 9, "a goal weighs 1 to 9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What an earlier assessment found, for comparison."""

    variant: AshworthVariant | None = None
    tones: tuple[Tone, ...] = ()
    penn_frequency: PennFrequency | None = None
    penn_window: PennWindow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One assessment; None is not known, and an empty tuple is *none*.

    `contractures` and `relies_on_tone` are where and for what. Pain and fatigue are 0 to 10 as the patient says,
    `wakings` how often stiffness or spasms woke them last night. `has_pump` is whether a pump delivers now.
    """

    variant: AshworthVariant | None = None
    tones: tuple[Tone, ...] = ()
    penn_frequency: PennFrequency | None = None
    penn_severity: PennSeverity | None = None
    penn_window: PennWindow | None = None
    clonus: bool | None = None
    pain: int | None = None
    wakings: int | None = None
    fatigue: int | None = None
    contractures: tuple[MuscleGroup, ...] | None = None
    mobility: Mobility | None = None
    relies_on_tone: tuple[ToneUse, ...] | None = None
    goals: tuple[Goal, ...] = ()
    goals_agreed: bool | None = None
    has_pump: bool | None = None
    earlier: Earlier | None = None

    def __post_init__(self) -> None:
        for name, value in (("pain", self.pain), ("fatigue", self.fatigue)):
            assert value is None or 0 <= value <= WORST, f"{name} is 0 to {WORST}"
        assert self.wakings is None or self.wakings >= 0, "nobody wakes less than never"
        places = [tone.place for tone in self.tones]
        assert len(places) == len(set(places)), "each muscle group has one grade a side"


def judge_assessment(case: Assessment) -> list[Finding]:
    """What an assessment leaves open, contradicts, and means for the steps after it. Nothing here blocks.

    >>> from thecal.care.scales import Side
    >>> knee = Tone(group=MuscleGroup.KNEE_FLEXORS, side=Side.LEFT, grade=Ashworth.GRADE_3)
    >>> whole = dict(variant=AshworthVariant.MODIFIED, penn_frequency=PennFrequency.NONE,
    ...     penn_window=PennWindow.LAST_DAY, clonus=False, pain=2, wakings=0, fatigue=3, contractures=(),
    ...     mobility=Mobility.IS_HOISTED, relies_on_tone=(), goals=(Goal(says="sleep through", level=GasLevel.LESS),),
    ...     goals_agreed=True, has_pump=True)
    >>> judge_assessment(Assessment(tones=(knee,), **whole))
    []
    >>> [finding.rule for finding in judge_assessment(Assessment())]
    ['assessment.unknown', 'assessment.relies_on_tone', 'assessment.goals_missing']
    >>> def rules(**change):
    ...     return [finding.rule for finding in judge_assessment(Assessment(**{"tones": (knee,), **whole, **change}))]
    >>> rules(relies_on_tone=(ToneUse.STANDING,), contractures=(MuscleGroup.KNEE_FLEXORS,))
    ['assessment.contracture', 'assessment.relies_on_tone']
    >>> rules(penn_severity=PennSeverity.MILD)
    ['assessment.severity_without_spasms']
    >>> rules(penn_frequency=PennFrequency.WHEN_STIMULATED)
    ['assessment.spasms_without_severity']
    >>> rules(goals=(Goal(says="stand"),), goals_agreed=False)
    ['assessment.goal_level', 'assessment.goals_agreed']
    >>> half = Tone(group=MuscleGroup.KNEE_FLEXORS, side=Side.LEFT, grade=Ashworth.GRADE_1_PLUS)
    >>> rules(tones=(half,), variant=AshworthVariant.ORIGINAL)
    ['assessment.variant']
    >>> rules(earlier=Earlier(variant=AshworthVariant.MODIFIED, tones=(half,), penn_window=PennWindow.LAST_DAY))
    ['assessment.tone_risen', 'assessment.legs_changed']
    >>> rules(tones=(half,), earlier=Earlier(variant=AshworthVariant.MODIFIED, tones=(knee,)))
    ['assessment.tone_fallen', 'assessment.legs_changed']
    >>> rules(earlier=Earlier(variant=AshworthVariant.ORIGINAL, tones=(half,)))
    ['assessment.not_comparable']
    """
    found = [*_judge_unknown(case), *_judge_variant(case), *_judge_penn(case), *_judge_contracture(case)]
    return [*found, *_judge_reliance(case), *_judge_change(case), *_judge_goals(case)]


QUESTIONS = {"assessment.record": (Assessment, judge_assessment)}
"""What can be asked from a command line: the name, the case, and who judges it."""


def changes(case: Assessment, earlier: Earlier) -> list[tuple[Tone, int]]:
    """Each muscle group graded both times on one scale, as `(tone now, tenths of a point since then)`.

    Two assessments on different scales, or on one nobody wrote down, have nothing to compare.
    """
    if case.variant is None or case.variant is not earlier.variant:
        return []
    before = {tone.place: tone.grade for tone in earlier.tones}
    pairs = [(tone, before.get(tone.place)) for tone in case.tones]
    return [(tone, tone.grade.tenths - old.tenths) for tone, old in pairs if tone.grade is not None and old is not None]


def _judge_unknown(case: Assessment) -> list[Finding]:
    """What nobody asked or examined; reliance on tone and goals have rules of their own."""
    asked = {
        "which Ashworth scale": case.variant,
        "spasms": case.penn_frequency,
        "over what time spasms were counted": case.penn_window,
        "clonus": case.clonus,
        "pain": case.pain,
        "sleep": case.wakings,
        "daytime fatigue": case.fatigue,
        "contracture": case.contractures,
        "how the person gets about": case.mobility,
    }
    missing = [*_not_examined(case.tones), *(name for name, value in asked.items() if value is None)]
    if not missing:
        return []
    return [
        UNKNOWN.finding(
            field="tones",
            says=f"Not known: {'; '.join(missing)}.",
            remedy="Ask and examine, or leave it open: nothing here is taken for a no.",
        )
    ]


def _not_examined(tones: tuple[Tone, ...]) -> list[str]:
    """The muscle groups without a grade: by name where they are few, by their number where they are many."""
    without = [tone.says for tone in tones if tone.grade is None]
    if len(without) == len(tones):
        return ["the grade of every muscle group"]
    return without if len(without) <= FEW else [f"the grade of {len(without)} muscle groups"]


def _judge_variant(case: Assessment) -> list[Finding]:
    """A grade that the scale does not have."""
    halves = [tone.says for tone in case.tones if tone.grade is Ashworth.GRADE_1_PLUS]
    if case.variant is not AshworthVariant.ORIGINAL or not halves:
        return []
    return [
        VARIANT.finding(
            field="variant",
            says=f"The original Ashworth scale has no 1+, and here it stands for {'; '.join(halves)}.",
            remedy="Choose the Modified Ashworth scale, or grade again.",
        )
    ]


def _judge_penn(case: Assessment) -> list[Finding]:
    """The two parts of the Penn scale against each other."""
    spasms = case.penn_frequency
    if spasms is PennFrequency.NONE and case.penn_severity is not None:
        return [
            SEVERITY_WITHOUT_SPASMS.finding(
                field="penn_severity",
                says=f"No spasms, and yet their severity is {int(case.penn_severity)}.",
                remedy="Leave the severity empty, or correct the frequency.",
            )
        ]
    if spasms is not None and spasms > PennFrequency.NONE and case.penn_severity is None:
        return [
            SPASMS_WITHOUT_SEVERITY.finding(
                field="penn_severity",
                says=f"Spasms of frequency {int(spasms)}, and their severity is not known.",
                remedy="Ask whether they are mild, moderate or severe.",
            )
        ]
    return []


def _judge_contracture(case: Assessment) -> list[Finding]:
    """What no drug will loosen."""
    if not case.contractures:
        return []
    where = ", ".join(group.value.lower() for group in case.contractures)
    return [
        CONTRACTED.finding(
            field="contractures",
            says=f"Contracture at {where}: no drug will loosen it, and the grade there says less about spasticity.",
            remedy="Measure the range, and let no goal rest on this joint without stretching, a splint or surgery.",
        )
    ]


def _judge_reliance(case: Assessment) -> list[Finding]:
    """Stiffness that is of use; where nobody asked, it is taken to be."""
    uses = case.relies_on_tone
    if uses == ():
        return []
    if uses is None:
        says = "Whether stiffness helps this person to stand, transfer, walk, sit or grip is not known: taken as yes."
    else:
        says = f"Stiffness lets this person do something: {', '.join(use.value for use in uses)}. It may be lost."
    return [
        RELIES_ON_TONE.finding(
            field="relies_on_tone",
            says=says,
            remedy=f"Consider {show_mass(SMALL_SCREENING.whole())} as the first screening dose, watch this function at "
            "the test, and write down a goal for it.",
        )
    ]


def _judge_change(case: Assessment) -> list[Finding]:
    """Against the assessment before."""
    earlier = case.earlier
    if earlier is None:
        return []
    changed = changes(case, earlier)
    return [
        *_judge_comparable(case, earlier),
        *_judge_risen(case, [each for each in changed if each[1] >= TONE_CHANGE.whole()]),
        *_judge_fallen([each for each in changed if each[1] <= -TONE_CHANGE.whole()]),
        *_judge_legs([tenths for tone, tenths in changed if tone.group in LEGS]),
    ]


def _judge_comparable(case: Assessment, earlier: Earlier) -> list[Finding]:
    """What cannot be set side by side, and why."""
    unlike = []
    if case.tones and earlier.tones and (case.variant is None or case.variant is not earlier.variant):
        unlike.append("the Ashworth scale")
    spasms = case.penn_frequency is not None and earlier.penn_frequency is not None
    if spasms and (case.penn_window is None or case.penn_window is not earlier.penn_window):
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


def _judge_risen(case: Assessment, risen: list[tuple[Tone, int]]) -> list[Finding]:
    """Stiffer than before; today where drug should be arriving, or where nobody knows whether it should."""
    if not risen:
        return []
    return [
        TONE_RISEN.finding(
            field="tones",
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
            field="tones",
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
            field="tones",
            says=f"The legs' mean grade changed by {mean} points over {len(tenths)} muscle groups graded both times.",
            remedy="Say what it changed in daily life: the score alone is no goal.",
        )
    ]


def _judge_goals(case: Assessment) -> list[Finding]:
    """At least one goal, each with its level, agreed with the patient."""
    if not case.goals:
        return [
            GOALS_MISSING.finding(
                field="goals",
                says="There is no goal.",
                remedy="Ask what should become easier, and write it down in the person's or the carer's words.",
            )
        ]
    return [*_judge_levels(case.goals), *_judge_agreement(case.goals_agreed)]


def _judge_levels(goals: tuple[Goal, ...]) -> list[Finding]:
    """Goals without a present level."""
    open_goals = [goal.says for goal in goals if goal.level is None]
    if not open_goals:
        return []
    return [
        GOAL_LEVEL.finding(
            field="goals",
            says=f"The present level is not known for: {'; '.join(open_goals)}.",
            remedy="Grade it from −2 to +2, where 0 is what you expect the therapy to reach.",
        )
    ]


def _judge_agreement(agreed: bool | None) -> list[Finding]:  # noqa: FBT001 the one answer this rule is about
    """Whether the patient agreed to the goals."""
    if agreed:
        return []
    says = (
        "The patient has not agreed to these goals." if agreed is False else "Whether the patient agreed is not known."
    )
    return [
        GOALS_AGREED.finding(
            field="goals_agreed",
            says=says,
            remedy="Talk the goals over with the patient or the carer, and write down what they want.",
            severity=Severity.REASON if agreed is False else Severity.NOTE,
        )
    ]


def _list(changed: list[tuple[Tone, int]]) -> str:
    """Knee flexors (hamstrings), left now 3 (+1); …."""
    return "; ".join(
        f"{tone.says}, now {tone.grade.label if tone.grade is not None else 'not known'} "
        f"({'+' if tenths > 0 else ''}{decimal_text(tenths, 10)})"
        for tone, tenths in changed
    )
