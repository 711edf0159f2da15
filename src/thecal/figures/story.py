"""One timeline: the daily dose as a step line, and what happened, in a lane for each kind of happening."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from thecal.figures.draw import PanelsDrawn, draw_panels
from thecal.figures.figure import PHONE, WIDE, Drawing, Figure, Sheet, Table
from thecal.figures.layout import Box
from thecal.figures.panels import Chart, Line, Panel, Points
from thecal.figures.scales import Scale, checked, checked_time, show_number, show_time, time_ticks
from thecal.figures.svg import Markup, fit, path, text, text_width
from thecal.units import PG_PER_MCG

HappeningKind = Literal["refill", "update", "visit", "assessment", "call", "alarm"]
_PLURAL: Final = {
    "refill": "refills", "update": "updates", "visit": "visits", "assessment": "assessments", "call": "calls",
    "alarm": "alarms",
}  # fmt: skip
_GLYPHS: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    "refill": ((0, 5), (-5, -4), (5, -4)),
    "update": ((0, -5), (5, 0), (0, 5), (-5, 0)),
    "visit": ((-4, -4), (4, -4), (4, 4), (-4, 4)),
    "assessment": ((-5, -2), (5, -2), (5, 2), (-5, 2)),
    "call": ((-2, -5), (2, -5), (5, -2), (5, 2), (2, 5), (-2, 5), (-5, 2), (-5, -2)),
    "alarm": ((0, -5), (5, 4), (-5, 4)),
}
_ROW: Final = 17.0
_ROWS_MAX: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened: when, of which kind, in a few words."""

    at_ms: int
    kind: HappeningKind
    says: str

    def __post_init__(self) -> None:
        checked_time(self.at_ms, self.says)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySeries:
    """Daily dose as steps `(at_ms, dose_pg_per_day)`, the last of which holds until `until_ms`, and what happened."""

    dose_pg_per_day: Points
    happenings: Sequence[Happening]
    until_ms: int
    utc_offset_min: int

    def __post_init__(self) -> None:
        for at_ms, dose in self.dose_pg_per_day:
            checked_time(at_ms, "a dose")
            checked(dose, "a dose")


def story_chart(series: StorySeries, *, name: str = "story", title: str = "Story") -> Figure:
    """Doses above, a lane for each kind of happening below, in the same time axis."""
    wide, phone = (_draw(series, sheet) for sheet in (WIDE, PHONE))
    count = len(series.happenings)
    caption = f"Daily dose, and {count} {'entry' if count == 1 else 'entries'} below it."
    return Figure(name=name, title=title, caption=caption, wide=wide, phone=phone, table=_table(series))


def _table(series: StorySeries) -> Table:
    """Doses and happenings in the order of time."""
    doses = [(at_ms, "dose", f"{show_number(dose / PG_PER_MCG)} mcg/day") for at_ms, dose in series.dose_pg_per_day]
    entries = doses + [(one.at_ms, one.kind, one.says) for one in series.happenings]
    entries.sort(key=lambda entry: entry[0])
    rows = tuple((show_time(at_ms, series.utc_offset_min), kind, says) for at_ms, kind, says in entries)
    return Table(("Time", "Kind", "What"), rows)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A happening in its lane: `left` is where its words begin, None where there is no room for words."""

    happening: Happening
    x: float
    row: int
    says: str
    left: float | None


def _draw(series: StorySeries, sheet: Sheet) -> Drawing:
    points = [(at_ms, dose / PG_PER_MCG) for at_ms, dose in series.dose_pg_per_day]
    panel = Panel(title="Daily dose", unit="mcg/day", lines=[Line(label=_last(points), points=points, step=True)])
    times = [one.at_ms for one in series.happenings]
    chart = Chart(
        panels=[panel], ticker=time_ticks(series.utc_offset_min), until_ms=max([series.until_ms, *times]),
        from_ms=min(times, default=None),
    )  # fmt: skip
    x = draw_panels(chart, sheet).x
    lanes = [
        _lane([one for one in series.happenings if one.kind == kind], x, sheet) for kind in get_args(HappeningKind)
    ]
    lanes = [lane for lane in lanes if lane]
    rows = sum(max(one.row for one in lane) + 1 for lane in lanes)
    drawn = draw_panels(chart, sheet, below=rows * _ROW + (10 + 4 * len(lanes) if lanes else 0))
    body = Markup(drawn.body + _lanes(lanes, drawn))
    return Drawing(sheet=sheet, height=drawn.height, body=body)


def _last(points: Points) -> str:
    return f"{show_number(points[-1][1], digits=4)} mcg/day" if points else ""


def _lane(happenings: Sequence[Happening], x: Scale, sheet: Sheet) -> list[_Placed]:
    """Rows for one kind: words right of the glyph, else left of it, else in the next row, else the glyph alone."""
    taken: list[list[Box]] = [[] for _ in range(_ROWS_MAX)]
    room = x.end - x.start - 20
    placed = []
    for one in sorted(happenings, key=lambda happening: happening.at_ms):
        spot = _spot(one, x(one.at_ms), fit(one.says, room, sheet.size), x, sheet, taken)
        placed.append(spot)
    return placed


def _spot(one: Happening, place: float, says: str, x: Scale, sheet: Sheet, taken: list[list[Box]]) -> _Placed:
    width = text_width(says, sheet.size)
    for row, boxes in enumerate(taken):
        for left in (place + 9, place - 9 - width):
            box = Box(min(left, place - 6), 0, max(left + width, place + 6), 1)
            if (
                box.left >= x.start - 6
                and box.right <= x.end + 6
                and not any(box.overlaps(other, 6) for other in boxes)
            ):
                boxes.append(box)
                return _Placed(one, place, row, says, left)
    alone = Box(place - 6, 0, place + 6, 1)
    row = next((row for row, boxes in enumerate(taken) if not any(alone.overlaps(other) for other in boxes)), 0)
    taken[row].append(alone)
    return _Placed(one, place, row, says, None)


def _lanes(lanes: Sequence[Sequence[_Placed]], drawn: PanelsDrawn) -> str:
    parts: list[str] = []
    top = drawn.lane_top + 8
    for lane in lanes:
        kind = lane[0].happening.kind
        rows = max(one.row for one in lane) + 1
        parts.append(path(((drawn.x.start, top), (drawn.x.end, top)), "figure__grid"))
        parts.append(text(drawn.x.end + 11, top + _ROW - 2, _PLURAL[kind], "figure__quiet"))
        for one in lane:
            middle = top + one.row * _ROW + _ROW / 2 + 2
            corners = [(one.x + dx, middle + dy) for dx, dy in _GLYPHS[kind]]
            parts.append(path(corners, f"figure__glyph figure__glyph--{kind}", closed=True))
            if one.left is not None:
                looks = "figure__says--alarm" if kind == "alarm" else "figure__says--current"
                before = one.left < one.x
                x = one.x - 9 if before else one.left
                parts.append(text(x, middle + 4, one.says, looks, anchor="end" if before else "start"))
        top += rows * _ROW + 4
    return "".join(parts)
