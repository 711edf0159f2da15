"""What the assessment's records mean: their entries as care's cases, and in words."""

from enum import Enum
from typing import Any, TypeVar

from thecal.care.assessment import Examination, Mobility, ToneUse
from thecal.care.change import Found
from thecal.care.goals import Goal, Goals
from thecal.care.scales import (
    Ashworth,
    AshworthVariant,
    GasLevel,
    MuscleGroup,
    PennFrequency,
    PennSeverity,
    PennWindow,
    Side,
    Tone,
    gas_t_tenths,
)
from thecal.clinic.models import StepRecord
from thecal.clinic.steps.fields import NOT_KNOWN
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Values
from thecal.units import decimal_text

EXAMINED = "assessment.examination"
AIMED = "assessment.goals"
GOALS = (1, 2, 3)
"""Three goals at most: more are not followed."""
PLACES = tuple((group, side) for group in MuscleGroup for side in (Side.RIGHT, Side.LEFT))
_Chosen = TypeVar("_Chosen", bound=Enum)


def entry_name(group: MuscleGroup, side: Side) -> str:
    """The name of a muscle group's entry: knee_flexors_left."""
    return Tone(group=group, side=side).entry


def examination_of(values: Values, *, has_pump: bool | None = None, earlier: Found | None = None) -> Examination:
    """The examination that these entries are."""
    return Examination(
        variant=_one(AshworthVariant, values.get("variant")),
        tones=tuple(
            Tone(group=group, side=side, grade=_one(Ashworth, values.get(entry_name(group, side))))
            for group, side in PLACES
        ),
        penn_frequency=_one(PennFrequency, values.get("penn_frequency")),
        penn_severity=_one(PennSeverity, values.get("penn_severity")),
        penn_window=_one(PennWindow, values.get("penn_window")),
        clonus=values.get("clonus"),
        pain=values.get("pain"),
        wakings=values.get("wakings"),
        fatigue=values.get("fatigue"),
        contracture=values.get("contracture"),
        contracture_at=tuple(MuscleGroup[name] for name in values.get("contracture_at") or ()),
        mobility=_one(Mobility, values.get("mobility")),
        relies_on_tone=values.get("relies_on_tone"),
        tone_uses=tuple(ToneUse[name] for name in values.get("tone_uses") or ()),
        has_pump=has_pump,
        earlier=earlier,
    )


def goals_of(values: Values) -> Goals:
    """The goals that these entries are; one without words is none."""
    goals = tuple(
        Goal(
            says=values[f"goal_{number}"],
            level=_one(GasLevel, values.get(f"level_{number}")),
            weight=values.get(f"weight_{number}") or 1,
        )
        for number in GOALS
        if values.get(f"goal_{number}")
    )
    return Goals(goals=goals, agreed=values.get("agreed"))


def seen_ms(record: StepRecord) -> int:
    """When the patient was seen: a correction keeps the time of the record that it puts right."""
    while record.corrects is not None:
        record = record.corrects
    return record.made_ms


def as_seen(known: Known, sheet: str) -> list[StepRecord]:
    """Every record of this sheet that stands, in the order in which the patient was seen.

    Where an older record is being corrected, those that came after it are left out: it is judged by what it followed.
    """
    until_ms = known.now_ms if known.corrects is None else seen_ms(known.corrects)
    return sorted((one for one in known.all(sheet) if seen_ms(one) <= until_ms), key=seen_ms)


def examined(known: Known) -> Examination | None:
    """The last examination; None where there is none on record."""
    found = as_seen(known, EXAMINED)
    return examination_of(found[-1].values) if found else None


def aims(known: Known) -> Goals | None:
    """The goals as they were last graded; None where none are on record."""
    found = as_seen(known, AIMED)
    return goals_of(found[-1].values) if found else None


def t_score(goals: Goals) -> int | None:
    """The goals' T-score in tenths; None where a goal has no level, or there is none."""
    levels = [(goal.level, goal.weight) for goal in goals.goals if goal.level is not None]
    return gas_t_tenths(levels) if len(levels) == len(goals.goals) else None


def _one(kind: type[_Chosen], name: Any) -> _Chosen | None:
    """The member of that name; None where none was chosen."""
    return None if name is None else kind[name]


def points_words(hundredths: int | None) -> str:
    """2.5, in points."""
    return NOT_KNOWN if hundredths is None else decimal_text(hundredths, 100)


def of_ten(value: int | None) -> str:
    """3 of 10."""
    return NOT_KNOWN if value is None else f"{value} of 10"


def penn_words(case: Examination) -> str:
    """Frequency, severity where there are spasms, and over what time."""
    if case.penn_frequency is None:
        return NOT_KNOWN
    severity = "" if case.penn_severity is None else f", severity {int(case.penn_severity)}"
    window = {PennWindow.LAST_DAY: " over a day", PennWindow.LAST_HOUR: " over an hour"}
    over = "" if case.penn_window is None else window[case.penn_window]
    return f"frequency {int(case.penn_frequency)}{severity}{over}"


def level_words(level: GasLevel | None) -> str:
    """−1, 0, +2."""
    return NOT_KNOWN if level is None else f"{int(level):+d}".replace("-", "−").replace("+0", "0")


def t_words(goals: Goals) -> str:
    """The T-score of all goals: 45."""
    tenths = t_score(goals)
    return NOT_KNOWN if tenths is None else decimal_text(tenths, 10)
