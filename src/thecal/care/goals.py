"""Goals of therapy: in the patient's words, graded so that reaching them can be seen, agreed with the patient."""

from dataclasses import dataclass

from thecal.care.scales import GAS_SOURCE, GasLevel
from thecal.findings import Finding, Rule, Severity

SELECTION = "Saulino 2016, best practices: patient selection, doi 10.1111/ner.12447"

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
    source=GAS_SOURCE,
    grade="paper",
)
GOALS_AGREED = Rule(
    name="assessment.goals_agreed",
    severity=Severity.REASON,
    asks="Goals are agreed with the patient: expectations that nobody talked about are disappointed.",
    source=f"{SELECTION}; expectations against outcome at a year, medicaljournalssweden.se/jrm/article/view/3424",
    grade="paper",
)

RULES = (GOALS_MISSING, GOAL_LEVEL, GOALS_AGREED)


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
class Goals:
    """What therapy is for, and whether the patient, or who speaks for them, agreed; None is not known."""

    goals: tuple[Goal, ...] = ()
    agreed: bool | None = None


def judge_goals(case: Goals) -> list[Finding]:
    """Whether there is a goal, each with its present level, and agreed with the patient. Nothing here blocks.

    >>> judge_goals(Goals(goals=(Goal(says="sleep through", level=GasLevel.LESS),), agreed=True))
    []
    >>> [finding.rule for finding in judge_goals(Goals(goals=(Goal(says="stand"),), agreed=False))]
    ['assessment.goal_level', 'assessment.goals_agreed']
    >>> [finding.rule for finding in judge_goals(Goals())]
    ['assessment.goals_missing']
    """
    if case.goals:
        return [*_judge_levels(case.goals), *_judge_agreement(case.agreed)]
    return [
        GOALS_MISSING.finding(
            field="goal_1",
            says="There is no goal.",
            remedy="Ask what should become easier, and write it down in the person's or the carer's words.",
        )
    ]


QUESTIONS = {"assessment.goals": (Goals, judge_goals)}
"""What can be asked from a command line: the name, the case, and who judges it."""


def _judge_levels(goals: tuple[Goal, ...]) -> list[Finding]:
    """Goals without a present level."""
    open_goals = [goal.says for goal in goals if goal.level is None]
    if not open_goals:
        return []
    return [
        GOAL_LEVEL.finding(
            field="level_1",
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
            field="agreed",
            says=says,
            remedy="Talk the goals over with the patient or the carer, and write down what they want.",
            severity=Severity.REASON if agreed is False else Severity.NOTE,
        )
    ]
