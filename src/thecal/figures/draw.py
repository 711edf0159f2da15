"""Draws stacked panels on a sheet: quiet grid, lines by kind, words at the lines instead of a legend."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from thecal.figures.figure import Drawing, Sheet
from thecal.figures.layout import Box, Flag, flags, spread, text_box
from thecal.figures.panels import Band, Chart, Line, LineKind, Note, Panel
from thecal.figures.scales import LATEST_MS, LogScale, Scale, Tick, decade_ticks, nice_ticks, show_number
from thecal.figures.svg import Markup, element, fit, path, text, text_width, wrap
from thecal.units import HOUR_MS

_ORDER: Final[tuple[LineKind, ...]] = ("reference", "alarm", "without", "truth", "belief", "current", "pending")
_GAP: Final = 18.0
_PAD: Final = 4.0
Place = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The plotting area of one panel and its two scales."""

    sheet: Sheet
    left: float
    right: float
    top: float
    bottom: float
    x: Scale
    y: Callable[[float], float]
    ticks: tuple[tuple[float, str], ...]

    def place(self, at_ms: float, value: float) -> Place:
        """Where a point lands."""
        return self.x(at_ms), self.y(value)


def domain(times: Iterable[int]) -> tuple[int, int]:
    """From the first to the last time; half an hour around a single one; an hour of 1970 for none."""
    known = sorted(times) or [0, HOUR_MS]
    first, last = known[0], known[-1]
    if first < last:
        return first, last
    first = max(first - HOUR_MS // 2, 0)
    return first, min(first + HOUR_MS, LATEST_MS)


def draw(chart: Chart, sheet: Sheet) -> Drawing:
    """The whole chart on one sheet."""
    drawn = draw_panels(chart, sheet)
    return Drawing(sheet=sheet, height=drawn.height, body=drawn.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelsDrawn:
    """Drawn panels, and where more can be drawn: below `lane_top`, along `x`; marks stand at `marks_x`."""

    body: Markup
    x: Scale
    lane_top: float
    height: float
    marks_x: tuple[float, ...]


def draw_panels(chart: Chart, sheet: Sheet, *, above: float = 0, below: float = 0) -> PanelsDrawn:
    """Marks, panels and time axis; room is kept free above the marks, and `below` the last panel above the axis."""
    x, left = time_scale(chart, sheet)
    marks = sorted(chart.marks, key=lambda mark: mark.at_ms)
    says = [fit(mark.says, x.end - x.start, sheet.size) for mark in marks]
    widths = [text_width(line, sheet.size) for line in says]
    rows = flags(((x(mark.at_ms), width) for mark, width in zip(marks, widths, strict=True)), 2, sheet.width - 2)
    top = above + max((flag.row + 1 for flag in rows), default=0) * sheet.line_height + _PAD
    frames: list[Frame] = []
    for panel in chart.panels:
        frames.append(frame(panel, sheet, x, left, frames[-1].bottom + _GAP if frames else top))
    bottom = (frames[-1].bottom if frames else top) + below
    lane = (above, sheet.line_height)
    lines = [
        _mark(flag, line, mark.kind, _breaks(flag, rows, lane, chart.panels, frames), (above, bottom), sheet)
        for flag, line, mark in zip(rows, says, marks, strict=True)
    ]
    empty = not any(True for _ in chart.times())
    ticks = () if empty else chart.ticker(round(x.low), round(x.high), int((x.end - x.start) / sheet.tick_gap))
    axis, height = _time_axis(ticks, x, bottom, sheet)
    foot, height = _foot(chart, height, sheet)
    parts = [_panel(panel, one) for panel, one in zip(chart.panels, frames, strict=True)]
    body = Markup("".join([*(grid for grid, _ in parts), *lines, axis, foot, *(ink for _, ink in parts)]))
    return PanelsDrawn(body=body, x=x, lane_top=bottom - below, height=height, marks_x=tuple(flag.x for flag in rows))


def time_scale(chart: Chart, sheet: Sheet) -> tuple[Scale, float]:
    """The scale of the time axis, beginning where the widest number of the value axes ends."""
    widths = [text_width(label, sheet.size) for panel in chart.panels for _, label in value_ticks(panel, sheet)]
    left = max(max(widths, default=0.0) + 10, chart.left)
    from_ms, until_ms = domain(chart.times())
    return Scale(from_ms, until_ms, left, sheet.width - sheet.right), left


def value_ticks(panel: Panel, sheet: Sheet) -> tuple[tuple[float, str], ...]:
    """The numbers on the value axis: the panel's own, or round ones with zero among them."""
    if panel.ticks:
        return tuple(panel.ticks)
    if panel.log:
        return tuple((value, show_number(value, digits=4)) for value in decade_ticks(panel.values()))
    values = list(panel.values()) or [0.0]
    low = min(values) if panel.low is not None else min(0.0, *values)
    high = max(values) if panel.high is not None else max(0.0, *values)
    return tuple(
        (value, show_number(value, digits=4)) for value in nice_ticks(low, high, 4 if sheet.panel_height > 120 else 3)
    )


def frame(panel: Panel, sheet: Sheet, x: Scale, left: float, top: float) -> Frame:
    """The panel's place on the sheet, its title and caution above it."""
    start = top + len(_head(panel, sheet)) * sheet.line_height + 6
    ticks = value_ticks(panel, sheet)
    values = [value for value, _ in ticks] + ([] if panel.log else list(panel.values()))
    low, high = min(values), max(values)
    high = high if high > low else low + 1
    y = (LogScale if panel.log else Scale)(low, high, start + sheet.panel_height, start)
    return Frame(
        sheet=sheet, left=left, right=x.end, top=start, bottom=start + sheet.panel_height, x=x, y=y, ticks=ticks
    )


def _mark(
    flag: Flag,
    says: str,
    kind: LineKind,
    stops: Sequence[tuple[float, float]],
    ends: tuple[float, float],
    sheet: Sheet,
) -> str:
    """Words, and a line below them that leaves out the `stops`: words it would run through."""
    above, bottom = ends
    baseline = above + (flag.row + 1) * sheet.line_height - 2
    edges = [baseline - sheet.size + 2, *(edge for stop in stops for edge in stop), bottom]
    looks = f"figure__mark figure__mark--{kind}"
    parts = [path(((flag.x, begin), (flag.x, end)), looks) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
    return "".join([*parts, text(flag.left, baseline, says, f"figure__says--{kind}")])


def _breaks(
    flag: Flag, rows: Sequence[Flag], lane: tuple[float, float], panels: Sequence[Panel], frames: Sequence[Frame]
) -> list[tuple[float, float]]:
    """Where a mark's line would run through words, from top to bottom: other marks', then the panels' heads.

    `lane` is where the marks' words begin, and the height of one line of them.
    """
    above, height = lane
    through = sorted({other.row for other in rows if other.row > flag.row and other.covers(flag.x)})
    stops = [(above + row * height + 1, above + (row + 1) * height + 1) for row in through]
    for panel, one in zip(panels, frames, strict=True):
        lines = _head(panel, one.sheet)
        if flag.x < 6 + 1.1 * max(text_width(says, one.sheet.size) for says in lines):
            stops.append((one.top - len(lines) * one.sheet.line_height - 7, one.top - 5))
    return stops


def _head(panel: Panel, sheet: Sheet) -> list[str]:
    """The panel's title on one line, and its caution on as many as it takes."""
    whole = ", ".join(part for part in (panel.title, panel.unit) if part)
    caution = wrap(panel.caution, sheet.width * 0.9, sheet.size) if panel.caution else ()
    return [fit(whole, sheet.width * 0.9, sheet.size), *caution]


def _time_axis(ticks: Sequence[Tick], x: Scale, bottom: float, sheet: Sheet) -> tuple[str, float]:
    parts: list[str] = [path(((x.start, bottom), (x.end, bottom)), "figure__axis")]
    edge = [-1.0, -1.0]
    rows = 2 if any(tick.below for tick in ticks) else 1
    for tick in ticks:
        place = x(tick.at)
        parts.append(path(((place, bottom), (place, bottom + 4)), "figure__axis"))
        for row, label in enumerate((tick.label, tick.below)):
            half = text_width(label, sheet.size) / 2
            centre = min(max(place, half + 1), sheet.width - half - 1)
            if label and centre - half > edge[row]:
                baseline = bottom + 4 + sheet.line_height * (row + 1) - 2
                parts.append(text(centre, baseline, label, "figure__quiet", anchor="middle"))
                edge[row] = centre + half + 6
    return "".join(parts), bottom + 8 + sheet.line_height * rows


def _foot(chart: Chart, top: float, sheet: Sheet) -> tuple[str, float]:
    if not chart.foot:
        return "", top
    left = 22.0 if chart.foot_band else 2.0
    parts: list[str] = []
    if chart.foot_band:
        patch = f"figure__band figure__band--{chart.foot_band}"
        parts.append(element("rect", x=2, y=top + 3, width=14, height=sheet.size, class_=patch))
    lines = wrap(chart.foot, sheet.width - left - 4, sheet.size, lines_max=4)
    for index, says in enumerate(lines):
        parts.append(text(left, top + (index + 1) * sheet.line_height - 2, says, "figure__quiet"))
    return "".join(parts), top + len(lines) * sheet.line_height + 4


def _panel(panel: Panel, one: Frame) -> tuple[str, str]:
    """Grid and bands, which marks may cross; then lines and words, which lie above all."""
    grid: list[str] = []
    lines = _head(panel, one.sheet)
    for index, says in enumerate(lines):
        baseline = one.top - 10 - (len(lines) - 1 - index) * one.sheet.line_height
        grid.append(text(2, baseline, says, "figure__quiet" if index else "figure__title"))
    for value, label in one.ticks:
        height = one.y(value)
        grid.append(path(((one.left, height), (one.right, height)), "figure__grid"))
        grid.append(text(one.left - 6, height + 4, label, "figure__quiet", anchor="end"))
    grid.extend(_band(band, one) for band in panel.bands)
    ink: list[str] = [
        path(
            ((one.left, one.y(level.value)), (one.right, one.y(level.value))),
            f"figure__line figure__line--{level.kind}",
        )
        for level in panel.levels
    ]
    ink.extend(_line(line, one) for line in sorted(panel.lines, key=lambda line: _ORDER.index(line.kind)))
    ink.extend(_notes(panel, one))
    ink.extend(_labels(panel, one))
    if not any(True for _ in panel.times()):
        ink.append(
            text((one.left + one.right) / 2, (one.top + one.bottom) / 2, "no data", "figure__quiet", anchor="middle")
        )
    return "".join(grid), "".join(ink)


def _band(band: Band, one: Frame) -> str:
    if not band.points:
        return ""
    upper = _corners([one.place(at_ms, highest) for at_ms, _, highest in band.points], one, step=band.step)
    lower = _corners([one.place(at_ms, lowest) for at_ms, lowest, _ in band.points], one, step=band.step)
    return path([*upper, *reversed(lower)], f"figure__band figure__band--{band.kind}", closed=True)


def strokes(line: Line, one: Frame) -> list[Place]:
    """The corners of a line on the sheet; a step line holds its last value to the end."""
    return _corners([one.place(at_ms, value) for at_ms, value in line.points], one, step=line.step)


def _corners(places: list[Place], one: Frame, *, step: bool) -> list[Place]:
    if not step or not places:
        return places
    corners = [places[0]]
    for (_, before), (x, y) in pairwise(places):
        corners += [(x, before), (x, y)]
    return [*corners, (one.right, places[-1][1])]


def _line(line: Line, one: Frame) -> str:
    corners = strokes(line, one)
    if not corners:
        return ""
    if len(set(corners)) == 1:
        x, y = corners[0]
        return element("circle", cx=x, cy=y, r=3, class_=f"figure__dot figure__dot--{line.kind}")
    return path(corners, f"figure__line figure__line--{line.kind}")


def _notes(panel: Panel, one: Frame) -> Iterator[str]:
    """Words at stretches, the highest first, each where it covers neither a line nor other words."""
    lines = [segment for line in panel.lines for segment in pairwise(strokes(line, one))]
    lines += [((one.left, one.y(level.value)), (one.right, one.y(level.value))) for level in panel.levels]
    taken: list[Box] = []
    for note in sorted(panel.notes, key=lambda note: -note.value):
        found = _said(note, one, lines, taken)
        if found is not None:
            says, (left, baseline) = found
            taken.append(text_box(left, baseline, says, one.sheet.size))
            yield text(left, baseline, says, f"figure__halo figure__says--{note.kind}")


def _said(
    note: Note, one: Frame, lines: Sequence[tuple[Place, Place]], taken: Sequence[Box]
) -> tuple[str, Place] | None:
    """All the words next to the stretch, or the brief ones, or all of them farther off; else the table tells it."""
    size = one.sheet.size
    full = fit(note.says, one.right - one.left, size)
    near, far = (-6.0, size + 4), (-6 - size, 2 * size + 6, 3 * size + 6, 4 * size + 6, 5 * size + 6)
    for says, offsets in ((full, near), (note.brief, near), (full, far)):
        places = _places(note, says, one, offsets) if says else []
        free = next((place for place in places if _clear(text_box(*place, says, size), lines, taken)), None)
        if free is not None:
            return says, free
    return None


def _places(note: Note, says: str, one: Frame, offsets: Sequence[float]) -> list[Place]:
    """Where words could begin: over, at the start, at the end and behind the stretch, above and below it."""
    size = one.sheet.size
    width = text_width(says, size)
    middle = (one.x(note.from_ms) + one.x(note.until_ms)) / 2
    level = one.y(note.value)
    starts = (middle - width / 2, one.x(note.from_ms), one.x(note.until_ms) - width, one.x(note.until_ms) + 6)
    return [
        (min(max(start, one.left), one.right - width), level + offset)
        for offset in offsets
        for start in starts
        if one.top - 2 < level + offset - size * 0.85 and level + offset + size * 0.3 < one.bottom
    ]


def _clear(box: Box, lines: Sequence[tuple[Place, Place]], taken: Sequence[Box]) -> bool:
    return not any(box.overlaps(other, 4) for other in taken) and not any(box.crossed_by(*stroke) for stroke in lines)


@dataclass(frozen=True, slots=True)
class _Label:
    says: str
    kind: LineKind
    x: float
    y: float


def _labels(panel: Panel, one: Frame) -> Iterator[str]:
    """Names at the right ends of lines, bands and levels, apart from each other, led to where they were moved."""
    labels = list(_named(panel, one))
    room = one.sheet.right - 14
    height = one.sheet.line_height - 1
    top, bottom = one.top - 8, one.bottom + 8
    blocks: list[tuple[str, ...]] = []
    for lines_max in (3, 2, 1):
        blocks = [wrap(label.says, room, one.sheet.size, lines_max=lines_max) for label in labels]
        if sum(len(block) for block in blocks) * height <= bottom - top:
            break
    centres = spread([label.y for label in labels], [len(block) * height + 2 for block in blocks], top, bottom)
    for label, block, centre in zip(labels, blocks, centres, strict=True):
        if abs(centre - label.y) > 5 or label.x < one.right - 8:
            yield path(((label.x + 3, label.y), (one.right + 9, centre)), "figure__leader")
        first = centre - (len(block) - 1) * height / 2 + one.sheet.size * 0.35
        for index, says in enumerate(block):
            yield text(one.right + 11, first + index * height, says, f"figure__says--{label.kind}")


def _named(panel: Panel, one: Frame) -> Iterator[_Label]:
    for line in panel.lines:
        if line.points and line.label:
            x, y = strokes(line, one)[-1]
            yield _Label(line.label, line.kind, x, y)
    for band in panel.bands:
        if band.points and not band.silent:
            at_ms, lowest, highest = band.points[-1]
            yield _Label(band.label, "reference", one.x(at_ms), (one.y(lowest) + one.y(highest)) / 2)
    for level in panel.levels:
        yield _Label(level.label, level.kind, one.right, one.y(level.value))
