"""What the explore page shows of a question: figures with their bands, where those come from, and notes.

What is asked is drawn dashed beside the program that was read out, in the same axes; without a read-out it is drawn
alone. Nothing is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thecal.care.foreseen import judge_foreseen
from thecal.clinic.doubts import SHOWN_MUSCLE, Doubts, doubts
from thecal.clinic.pictures import GROUPS, with_no_band
from thecal.clinic.steps.judged import plain_findings
from thecal.clinic.when import show_time
from thecal.figures import (
    Figure,
    LevelCourse,
    Line,
    Mark,
    MuscleGroup,
    Panel,
    Share,
    Sign,
    SignCourse,
    SpineTimeSeries,
    TimeAxis,
    blame_chart,
    effect_chart,
    levels_chart,
    line_chart,
    signs_chart,
    spine_time_map,
)
from thecal.figures.panels import LineKind
from thecal.twin.asked import Bolus, Continuous, Flex, Question, Stop, What
from thecal.twin.explore import Explored, Shown, explore
from thecal.twin.virtual import BAND_SAYS
from thecal.units import PG_PER_MCG, show_dose, show_mass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the page shows. `findings` are notes alone: a forecast clears nothing."""

    says: str
    beside: str
    figures: tuple[Figure, ...]
    findings: list[dict[str, object]]
    doubts: Doubts
    shares: Figure | None


def answer(question: Question) -> Answer:
    """Everything that is predicted of a question. BadInput for a body that nobody knows."""
    seen = explore(question)
    return Answer(
        says=says(question),
        beside=_beside(question),
        figures=(
            *_tip(question, seen),
            _spine(question, seen),
            _levels(question, seen),
            _effect(question, seen),
            _signs(question, seen),
        ),
        findings=plain_findings(judge_foreseen(seen.foreseen)),
        doubts=doubts(seen.assumptions, seen.blames, at=f", {show_time(seen.blamed_ms)}"),
        shares=_shares(seen),
    )


def says(question: Question) -> str:
    """400 mcg/day for 7 days, tip at T10."""
    days = "1 day" if question.days == 1 else f"{question.days} days"
    return f"{given(question.what)}, {days}, tip at {question.tip_level}"


def given(what: What) -> str:
    """What would be given, in words."""
    match what:
        case Continuous(dose_pg_per_day=dose):
            return show_dose(dose)
        case Flex(steps=steps):
            return f"a day's pattern of {len(steps)} {'step' if len(steps) == 1 else 'steps'}"
        case Bolus(mass_pg=mass, by_puncture=by_puncture):
            return f"{show_mass(mass)} once by {'lumbar puncture' if by_puncture else 'the catheter'}"
        case Stop():
            return "delivery stopped"


def _beside(question: Question) -> str:
    """What it is drawn beside."""
    read = question.read
    if read is None or read.program is None:
        return "No program was read out, so that it stands alone."
    return (
        f"Dashed, beside the current program as the pump said it {show_time(read.at_ms)}: "
        f"{show_dose(read.dose_pg_per_day)}."
    )


def _axis(question: Question) -> TimeAxis:
    return TimeAxis(utc_offset_min=question.utc_offset_min)


def _marks(question: Question) -> list[Mark]:
    """A bolus: as a dose per day it would flatten all else."""
    if not isinstance(question.what, Bolus):
        return []
    return [Mark(at_ms=question.now_ms, says=show_mass(question.what.mass_pg), kind="pending")]


def _tip(question: Question, seen: Explored) -> Iterator[Figure]:
    """Arithmetic: what comes out of the catheter; nothing where nothing does but a single dose."""
    lines = []
    if seen.current_tip:
        points = _ends(_mcg(seen.current_tip), seen)
        lines.append(Line(label="current", points=points, kind="current", step=True))
    if seen.tip and not isinstance(question.what, Bolus):
        kind: LineKind = "pending" if seen.current_tip else "current"
        lines.append(Line(label="as asked", points=_ends(_mcg(seen.tip), seen), kind=kind, step=True))
    if not lines:
        return
    yield line_chart(
        [Panel(title="Dose at the tip", unit="mcg/day", lines=lines)],
        utc_offset_min=question.utc_offset_min,
        title="Dose at the catheter's tip",
        caption="Arithmetic, not a prediction: what would come out of the catheter.",
        name="tip",
        marks=_marks(question),
        until_ms=seen.times_ms[-1],
    )


def _mcg(steps: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    return [(at_ms, dose / PG_PER_MCG) for at_ms, dose in steps]


def _ends(points: list[tuple[int, float]], seen: Explored) -> list[tuple[int, float]]:
    """With the last value once more at the end, so that a table shows how long it holds."""
    return [*points, (seen.times_ms[-1], points[-1][1])]


def _spine(question: Question, seen: Explored) -> Figure:
    """The typical person's fluid under what is asked, from C1 down."""
    series = SpineTimeSeries(
        concentration_mcg_per_ml=[row[:-1] for row in seen.spine.tolist()],
        times_ms=seen.times_ms[:-1],
        until_ms=seen.times_ms[-1],
        tip_level=question.tip_level,
        axis=_axis(question),
        marks=_marks(question),
    )
    return with_no_band(spine_time_map(series, title="Predicted drug along the spine"))


def _levels(question: Question, seen: Explored) -> Figure:
    courses = [
        LevelCourse(level=level, current=current, pending=pending, spread=spread)
        for level, shown in seen.levels.items()
        for current, pending, spread in [_drawn(seen, shown)]
    ]
    return levels_chart(
        courses,
        axis=_axis(question),
        marks=_marks(question),
        band_says=BAND_SAYS,
        title="Predicted drug in the fluid, by level",
    )


def _effect(question: Question, seen: Explored) -> Figure:
    groups = [
        MuscleGroup(muscle_group=label, current=current, pending=pending, spread=spread)
        for target, label in GROUPS.items()
        for current, pending, spread in [_drawn(seen, seen.tone[target])]
    ]
    return effect_chart(
        groups,
        scale="ashworth" if seen.is_scored else "suppressed",
        axis=_axis(question),
        marks=_marks(question),
        band_says=BAND_SAYS,
        title="Predicted spasticity" if seen.is_scored else "Predicted tone suppressed",
    )


def _signs(question: Question, seen: Explored) -> Figure:
    """Those that a program can bring about: too much, and too little."""
    signs: tuple[tuple[Sign, Shown], ...] = (
        ("drowsiness", seen.drowsiness),
        ("breathing", seen.breathing),
        ("withdrawal", seen.withdrawal),
    )
    courses = [
        SignCourse(sign=sign, current=current, pending=pending, spread=spread)
        for sign, shown in signs
        for current, pending, spread in [_drawn(seen, shown)]
    ]
    return signs_chart(
        courses,
        axis=_axis(question),
        marks=_marks(question),
        band_says=BAND_SAYS,
        title="Predicted signs of too much and of too little",
        assumptions=("every threshold here is a placeholder, chosen by hand",),
    )


Points = list[tuple[int, float]]


def _drawn(seen: Explored, shown: Shown) -> tuple[Points, Points, list[tuple[int, float, float]]]:
    """(current, pending, spread): what is asked is the pending course, or the only one."""
    asked = list(zip(seen.times_ms, shown.line.tolist(), strict=True))
    spread = list(zip(seen.times_ms, shown.low.tolist(), shown.high.tolist(), strict=True))
    if shown.current is None:
        return asked, [], spread
    return list(zip(seen.times_ms, shown.current.tolist(), strict=True)), asked, spread


def _shares(seen: Explored) -> Figure | None:
    """Where the band comes from, in full; nothing where everybody would do the same."""
    if not seen.blames:
        return None
    shares = [Share(says=name, share=min(1.0, max(0.0, share))) for name, share in seen.blames]
    return blame_chart(shares, of=f"tone of {GROUPS[SHOWN_MUSCLE].lower()}, {show_time(seen.blamed_ms)}")
