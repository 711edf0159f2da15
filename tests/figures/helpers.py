"""Figures to test with: one maker for every chart, and readers of what was drawn."""

from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

from thecal.figures import (
    LEVELS,
    DayProgram,
    Figure,
    Happening,
    Level,
    Line,
    Mark,
    MuscleGroup,
    Panel,
    ReservoirSeries,
    SpineSeries,
    StorySeries,
    TipSeries,
    day_strip,
    effect_chart,
    line_chart,
    reservoir_chart,
    spine_map,
    story_chart,
    tip_chart,
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


CHARTS: dict[str, Callable[[Course, str], Figure]] = {
    "reservoir": reservoir, "tip": tip, "effect": effect, "story": story, "lines": lines,
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
