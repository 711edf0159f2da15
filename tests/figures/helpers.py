"""Figures to test with: one maker for every chart, and readers of what was drawn."""

from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

from thecal.figures import (
    LEVELS,
    Curve,
    CurvePanel,
    DayProgram,
    DeliveredSeries,
    Figure,
    Happening,
    Learned,
    Level,
    LevelCourse,
    Line,
    Mark,
    MuscleGroup,
    Panel,
    ReservoirSeries,
    Share,
    SignCourse,
    SpineSeries,
    SpineTimeSeries,
    StorySeries,
    TimeAxis,
    TipSeries,
    ValidationRow,
    blame_chart,
    curves_chart,
    day_strip,
    delivered_chart,
    effect_chart,
    learned_chart,
    levels_chart,
    line_chart,
    reservoir_chart,
    signs_chart,
    spine_map,
    spine_time_map,
    story_chart,
    tip_chart,
    validation_chart,
)
from thecal.figures.figure import NAMESPACE
from thecal.figures.story import HappeningKind
from thecal.figures.svg import text_width

T0_MS = 1_804_066_800_000  # 3 March 2027, 09:40 UTC
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
Course = list[tuple[int, float]]


def reservoir(course: Course, says: str = "") -> Figure:
    """A reservoir whose truth runs a tenth below its belief."""
    spread = [(at_ms, value - abs(value) / 8, value + abs(value) / 20) for at_ms, value in course]
    truth = [(at_ms, value - abs(value) / 10) for at_ms, value in course]
    series = ReservoirSeries(
        calculated_nl=course, worst_case_nl=spread, truth_nl=truth, alarm_volume_nl=2_000_000, utc_offset_min=60,
        read_at_ms=T0_MS, book_by_ms=T0_MS + 90 * DAY_MS,
    )  # fmt: skip
    return reservoir_chart(series, title=says or "Reservoir volume")


def tip(course: Course, says: str = "") -> Figure:
    """A change whose dose at the tip is a quarter of the order without a bridge."""
    series = TipSeries(
        at_pump_pg_per_day=course, at_tip_pg_per_day=course, intended_pg_per_day=course,
        without_pg_per_day=[(at_ms, value / 4) for at_ms, value in course], until_ms=T0_MS + 400 * DAY_MS,
        utc_offset_min=-300, stages=[(T0_MS, "old"), (T0_MS + HOUR_MS, says or "bridge")],
    )  # fmt: skip
    return tip_chart(series)


def effect(course: Course, says: str = "") -> Figure:
    """Two muscle groups, one with a pending course and its spread."""
    course = [(at_ms, min(value, 4.0) if abs(value) <= 1e15 else value) for at_ms, value in course]
    spread = [(at_ms, max(value - 0.5, 0.0), min(value + 0.5, 4.0)) for at_ms, value in course]
    groups = [
        MuscleGroup(muscle_group=says or "Calf", current=course, pending=course, spread=spread),
        MuscleGroup(muscle_group="Biceps", current=course),
    ]
    return effect_chart(groups, scale="ashworth", utc_offset_min=0)


def story(course: Course, says: str = "") -> Figure:
    """A dose, and one happening of each kind at every change."""
    kinds: tuple[HappeningKind, ...] = ("refill", "update", "visit", "assessment", "call", "alarm")
    happenings = [
        Happening(at_ms=at_ms, kind=kinds[i % 6], says=says or "spoke") for i, (at_ms, _) in enumerate(course)
    ]
    series = StorySeries(
        dose_pg_per_day=course, happenings=happenings, until_ms=T0_MS + 400 * DAY_MS, utc_offset_min=60
    )
    return story_chart(series)


def lines(course: Course, says: str = "") -> Figure:
    """Three stacked panels, every kind of line among them."""
    label = says or "calculated by the pump"
    belief = Line(label=label, points=course, kind="belief")
    truth = Line(label=label, points=course, kind="truth", step=True)
    both = [Line(label=label, points=course), Line(label=label, points=course, kind="pending")]
    panels = [
        Panel(title=label, unit="mL", lines=[belief], levels=[Level(label=label, value=2)]),
        Panel(title="Dose", unit="mcg/day", lines=[truth]),
        Panel(title="Effect", unit="", lines=both),
    ]
    marks = [Mark(at_ms=at_ms, says=label) for at_ms, _ in course[:3]]
    return line_chart(panels, utc_offset_min=60, title=label, caption=label, marks=marks)


def levels(course: Course, says: str = "", *, log: bool = False) -> Figure:
    """Two levels, one with a pending course and its spread, marks across both."""
    pending = [(at_ms, value / 2) for at_ms, value in course]
    spread = [(at_ms, value / 4, value) for at_ms, value in course]
    courses = [
        LevelCourse(level=says or "T10", current=course, pending=pending, spread=spread),
        LevelCourse(level="C5", current=pending),
    ]
    marks = [Mark(at_ms=at_ms, says=says or "bolus") for at_ms, _ in course[:2]]
    axis = TimeAxis(since_ms=T0_MS)
    return levels_chart(courses, axis=axis, marks=marks, log=log, assumptions=[says or "An adult of 170 cm"])


def log_levels(course: Course, says: str = "") -> Figure:
    """The same on a scale of ratios."""
    return levels(course, says, log=True)


def signs(course: Course, says: str = "") -> Figure:
    """Drowsiness with its spread, breathing with its caution, and a stage of withdrawal."""
    share = [(at_ms, min(value, 1.0) if abs(value) <= 1e15 else value) for at_ms, value in course]
    stage = [(at_ms, float(index % 4)) for index, (at_ms, _) in enumerate(course)]
    spread = [(at_ms, value / 2, value) for at_ms, value in share]
    stages = [(at_ms, 0.0, value) for at_ms, value in stage]
    courses = [
        SignCourse(sign="drowsiness", current=share, spread=spread),
        SignCourse(sign="breathing", current=share),
        SignCourse(sign="withdrawal", current=stage, spread=stages),
    ]
    return signs_chart(courses, axis=TimeAxis(utc_offset_min=60), assumptions=[says], title=says or "Signs")


def delivered(course: Course, says: str = "") -> Figure:
    """Belief at the tip, and a truth of half of it."""
    series = DeliveredSeries(
        calculated_pg_per_day=course, actual_pg_per_day=[(at_ms, value / 2) for at_ms, value in course],
        until_ms=T0_MS + 400 * DAY_MS, marks=[Mark(at_ms=T0_MS, says=says or "stop", kind="alarm")],
    )  # fmt: skip
    return delivered_chart(series, assumptions=[says])


def spine_time(course: Course, says: str = "") -> Figure:
    """A map in which every level holds the course, at times that rise."""
    rising = dict(course)
    end_ms = max(rising, default=T0_MS) + DAY_MS
    series = SpineTimeSeries(
        concentration_mcg_per_ml=[list(rising.values())] * len(LEVELS), times_ms=list(rising), until_ms=end_ms,
        tip_level="T10", marks=[Mark(at_ms=end_ms, says=says or "drained")],
    )  # fmt: skip
    return spine_time_map(series, assumptions=[says] if says else [])


CHARTS: dict[str, Callable[[Course, str], Figure]] = {
    "reservoir": reservoir, "tip": tip, "effect": effect, "story": story, "lines": lines, "levels": levels,
    "log levels": log_levels, "signs": signs, "delivered": delivered, "spine-time": spine_time,
}  # fmt: skip


def validation(says: str = "Half-life after a bolus", simulated: float | None = 1.3) -> Figure:
    """One target inside, one outside, and one without a single published value."""
    inside = simulated is not None and 0.9 <= simulated <= 5
    rows = [
        ValidationRow(id="1", says=says, unit="h", low=0.9, high=5, published=1.5, simulated=simulated, inside=inside),
        ValidationRow(id="6", says=says, unit="", low=0.33, high=0.53, published=0.43, simulated=0.6, inside=False),
        ValidationRow(id="12", says=says, unit="h", low=6, high=8, published=None, simulated=7.5, inside=True),
    ]
    return validation_chart(rows, assumptions=["One set of constants"])


def blame(says: str = "Sensitivity") -> Figure:
    """Three shares, one of them too small to see."""
    shares = [Share(says=says, share=share) for share in (0.62, 0.3, 0.004)]
    return blame_chart(shares, of="tone of the calf", assumptions=["Virtual patients vary as published"])


def learned(says: str = "Sensitivity") -> Figure:
    """Two parameters, one of which was learned."""
    rows = [
        Learned(says=says, unit="ng/mL", prior=(24, 66, 170), posterior=(40, 52, 70)),
        Learned(says=says, unit="", prior=(0.02, 0.09, 0.4), posterior=(0.02, 0.09, 0.4)),
    ]
    return learned_chart(rows, interval="90 %", assumptions=["An examiner errs by half a grade"])


def curves(says: str = "Thecal") -> Figure:
    """One panel with a guide, one without, one empty."""
    line = Curve(label=says, points=[(1, 0.01), (10, 0.1), (1000, 9.0)])
    other = Curve(label=says, points=[(1, 0.5), (1000, 400.0)])
    panels = [
        CurvePanel(title=says, x_says="patients", y_says="seconds", curves=[line, other], guide=1),
        CurvePanel(title="Time between events", x_says="hours", y_says="seconds", curves=[other]),
        CurvePanel(title="Events", x_says="events", y_says="seconds", curves=[], guide=0),
    ]
    return curves_chart(panels, title=says, caption=says, assumptions=["Two cores"])


ROWS: dict[str, Callable[[str], Figure]] = {
    "validation": validation, "blame": blame, "learned": learned, "curves": curves,
}  # fmt: skip


def strip() -> Figure:
    """Two programs of several steps."""
    current = DayProgram(
        steps=[(0, 120_000), (6 * HOUR_MS, 225_000), (8 * HOUR_MS, 150_000)], concentration_pg_per_nl=2000
    )
    pending = DayProgram(steps=[(5 * HOUR_MS, 260_000), (9 * HOUR_MS, 165_000)], concentration_pg_per_nl=2000)
    return day_strip(current, pending)


def spine(rows: list[list[float]], tip_level: str = "T10") -> Figure:
    """A map of all levels."""
    return spine_map(SpineSeries(concentration_pg_per_nl=rows, tip_level=tip_level, levels=LEVELS))


def drawings(figure: Figure) -> Iterator[ET.Element]:
    """Both drawings, parsed."""
    yield ET.fromstring(figure.svg())
    yield ET.fromstring(figure.svg(phone=True))


def texts(drawing: ET.Element) -> list[ET.Element]:
    """Every line of text."""
    return list(drawing.iter(f"{{{NAMESPACE}}}text"))


def extent(line: ET.Element) -> tuple[float, float, float]:
    """From where to where a line of text reaches, and its baseline."""
    size = 10 if "figure__small" in line.get("class", "") else 12
    x, width = float(line.get("x", "nan")), text_width(line.text or "", size)
    shift = {"start": 0.0, "middle": width / 2, "end": width}[line.get("text-anchor", "start")]
    return x - shift, x - shift + width, float(line.get("y", "nan"))


def classes(figure: Figure) -> set[str]:
    """Every class used in the drawing."""
    root = ET.fromstring(figure.svg())
    return {name for node in root.iter() for name in node.get("class", "").split()}
