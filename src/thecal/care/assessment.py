"""What an assessment says, what it leaves open, and what a later step must know of it.

Nothing here blocks: an assessment is written down as it was found. What was not asked is unknown, and unknown is
never no: whoever may rely on stiffness to stand is treated as relying on it until somebody asks.
"""

from dataclasses import dataclass
from enum import Enum

from thecal.care.change import FEW, Comparison, Found, judge_change
from thecal.care.scales import (
    PENN_SOURCE,
    Ashworth,
    AshworthVariant,
    MuscleGroup,
    PennFrequency,
    PennSeverity,
    PennWindow,
    Tone,
)
from thecal.findings import Finding, Rule, Severity
from thecal.sources import Sourced, register
from thecal.units import PG_PER_MCG, show_mass

WORST = 10
"""The end of a 0 to 10 scale."""
SCREENING = "Boster 2016, best practices: screening test, doi 10.1111/ner.12437"
CONTRACTURE = (
    "Ashworth grades confounded by contracture, studylib.net/doc/10798261; range under anaesthesia separates them, "
    "uhbristol.nhs.uk itb-test-dose"
)


SMALL_SCREENING = Sourced(
    name="screening_dose_relying_on_tone", value=25 * PG_PER_MCG, unit="pg", source=SCREENING, grade="paper"
)

NUMBERS = register(SMALL_SCREENING)

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
RULES = (
    UNKNOWN,
    VARIANT,
    SEVERITY_WITHOUT_SPASMS,
    SPASMS_WITHOUT_SEVERITY,
    CONTRACTED,
    RELIES_ON_TONE,
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
class Examination:
    """One examination and what the patient says; None is not known.

    `contracture_at` and `tone_uses` say where and for what, as far as it was named. Pain and fatigue are 0 to 10 as
    the patient says, `wakings` how often stiffness or spasms woke them last night. `has_pump` is whether one delivers.
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
    contracture: bool | None = None
    contracture_at: tuple[MuscleGroup, ...] = ()
    mobility: Mobility | None = None
    relies_on_tone: bool | None = None
    tone_uses: tuple[ToneUse, ...] = ()
    has_pump: bool | None = None
    earlier: Found | None = None

    def __post_init__(self) -> None:
        for name, value in (("pain", self.pain), ("fatigue", self.fatigue)):
            assert value is None or 0 <= value <= WORST, f"{name} is 0 to {WORST}"
        assert self.wakings is None or self.wakings >= 0, "nobody wakes less than never"
        places = [tone.place for tone in self.tones]
        assert len(places) == len(set(places)), "each muscle group has one grade a side"

    @property
    def found(self) -> Found:
        """What a later examination is compared with."""
        return Found(
            variant=self.variant,
            tones=self.tones,
            penn_frequency=self.penn_frequency,
            penn_window=self.penn_window,
        )


def judge_examination(case: Examination) -> list[Finding]:
    """What an examination leaves open, contradicts, and means for the steps after it. Nothing here blocks.

    >>> from thecal.care.scales import Side
    >>> knee = Tone(group=MuscleGroup.KNEE_FLEXORS, side=Side.LEFT, grade=Ashworth.GRADE_3)
    >>> whole = dict(variant=AshworthVariant.MODIFIED, penn_frequency=PennFrequency.NONE,
    ...     penn_window=PennWindow.LAST_DAY, clonus=False, pain=2, wakings=0, fatigue=3, contracture=False,
    ...     mobility=Mobility.IS_HOISTED, relies_on_tone=False, has_pump=True)
    >>> judge_examination(Examination(tones=(knee,), **whole))
    []
    >>> [finding.rule for finding in judge_examination(Examination())]
    ['assessment.unknown', 'assessment.relies_on_tone']
    >>> def rules(**change):
    ...     case = Examination(**{"tones": (knee,), **whole, **change})
    ...     return [finding.rule for finding in judge_examination(case)]
    >>> rules(tone_uses=(ToneUse.STANDING,), contracture_at=(MuscleGroup.KNEE_FLEXORS,))
    ['assessment.contracture', 'assessment.relies_on_tone']
    >>> rules(penn_severity=PennSeverity.MILD)
    ['assessment.severity_without_spasms']
    >>> rules(penn_frequency=PennFrequency.WHEN_STIMULATED)
    ['assessment.spasms_without_severity']
    >>> half = Tone(group=MuscleGroup.KNEE_FLEXORS, side=Side.LEFT, grade=Ashworth.GRADE_1_PLUS)
    >>> rules(tones=(half,), variant=AshworthVariant.ORIGINAL)
    ['assessment.variant']
    >>> rules(earlier=Found(variant=AshworthVariant.MODIFIED, tones=(half,), penn_window=PennWindow.LAST_DAY))
    ['assessment.tone_risen', 'assessment.legs_changed']
    """
    found = [*_judge_unknown(case), *_judge_variant(case), *_judge_penn(case), *_judge_contracture(case)]
    return [*found, *_judge_reliance(case), *_judge_earlier(case)]


QUESTIONS = {
    "assessment.examination": (Examination, judge_examination),
}
"""What can be asked from a command line: the name, the case, and who judges it."""


def _judge_earlier(case: Examination) -> list[Finding]:
    """Against the examination before, where there is one."""
    if case.earlier is None:
        return []
    return judge_change(Comparison(now=case.found, before=case.earlier, has_pump=case.has_pump))


def _judge_unknown(case: Examination) -> list[Finding]:
    """What nobody asked or examined; reliance on tone and goals have rules of their own."""
    asked = {
        "which Ashworth scale": case.variant,
        "spasms": case.penn_frequency,
        "over what time spasms were counted": case.penn_window,
        "clonus": case.clonus,
        "pain": case.pain,
        "sleep": case.wakings,
        "daytime fatigue": case.fatigue,
        "contracture": case.contracture_at or case.contracture,
        "how the person gets about": case.mobility,
    }
    missing = [*_not_examined(case.tones), *(name for name, value in asked.items() if value is None)]
    if not missing:
        return []
    return [
        UNKNOWN.finding(
            field="variant",
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


def _judge_variant(case: Examination) -> list[Finding]:
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


def _judge_penn(case: Examination) -> list[Finding]:
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


def _judge_contracture(case: Examination) -> list[Finding]:
    """What no drug will loosen."""
    if not (case.contracture or case.contracture_at):
        return []
    where = ", ".join(group.value.lower() for group in case.contracture_at) or "a place nobody named"
    return [
        CONTRACTED.finding(
            field="contracture",
            says=f"Contracture at {where}: no drug will loosen it, and the grade there says less about spasticity.",
            remedy="Measure the range, and let no goal rest on this joint without stretching, a splint or surgery.",
        )
    ]


def _judge_reliance(case: Examination) -> list[Finding]:
    """Stiffness that is of use; where nobody asked, it is taken to be."""
    if case.relies_on_tone is False and not case.tone_uses:
        return []
    if case.relies_on_tone is None and not case.tone_uses:
        says = "Whether stiffness helps this person to stand, transfer, walk, sit or grip is not known: taken as yes."
    else:
        named = ", ".join(use.value for use in case.tone_uses) or "something nobody named"
        says = f"Stiffness helps this person with {named}. It may be lost."
    return [
        RELIES_ON_TONE.finding(
            field="relies_on_tone",
            says=says,
            remedy=f"Consider {show_mass(SMALL_SCREENING.whole())} as the first screening dose, watch this function at "
            "the test, and write down a goal for it.",
        )
    ]
