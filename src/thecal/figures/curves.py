"""What something costs against how much of it there is: curves on two axes of ratios, a guide for comparison."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from thecal.errors import OurFault
from thecal.figures.figure import PHONE, WIDE, Drawing, Figure, Sheet, Table
from thecal.figures.layout import spread
from thecal.figures.panels import LineKind
from thecal.figures.scales import LogScale, checked, decade_ticks, show_number
from thecal.figures.svg import Markup, element, fit, path, text, text_width, wrap

_DECADES: Final = 12
"""An axis of ratios here holds all that was measured."""
_KINDS: Final[tuple[LineKind, ...]] = ("current", "pending", "without", "truth", "alarm")
_GUIDES: Final = {0: "flat", 1: "in proportion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Measured points `(x, y)`, both above zero, x rising."""

    label: str
    points: Sequence[tuple[float, float]]

    def __post_init__(self) -> None:
        if any(checked(value, self.label) <= 0 for point in self.points for value in point):
            raise OurFault(f"{self.label} has a point that no axis of ratios holds")
        if any(later <= earlier for (earlier, _), (later, _) in pairwise(self.points)):
            raise OurFault(f"{self.label} has points out of order")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePanel:
    """Curves in the same axes. The guide is what the first curve would do if it were flat (0) or in proportion (1)."""

    title: str
    x_says: str
    y_says: str
    curves: Sequence[Curve]
    guide: int | None = None

    def __post_init__(self) -> None:
        if len(self.curves) > len(_KINDS):
            raise OurFault(f"{self.title} has more curves than there are line styles")
        if self.guide is not None and self.guide not in _GUIDES:
            raise OurFault("a guide is flat, 0, or in proportion, 1")

    def axis(self, index: int) -> tuple[float, ...]:
        """The ticks of x, 0, or of y, 1."""
        return decade_ticks((point[index] for curve in self.curves for point in curve.points), decades=_DECADES)


def curves_chart(
    panels: Sequence[CurvePanel],
    *,
    title: str,
    caption: str,
    assumptions: Sequence[str] = (),
    name: str = "curves",
) -> Figure:
    """One panel below the other, each with its own axes; points are marked, since only they were measured."""
    wide, phone = (_draw(panels, sheet) for sheet in (WIDE, PHONE))
    figure = Figure(name=name, title=title, caption=caption, wide=wide, phone=phone, table=_table(panels))
    return figure.assuming(assumptions)


def _table(panels: Sequence[CurvePanel]) -> Table:
    rows = (
        (panel.title, curve.label, f"{show_number(x, digits=4)} {panel.x_says}", show_number(y, digits=4), panel.y_says)
        for panel in panels
        for curve in panel.curves
        for x, y in curve.points
    )
    return Table(("Panel", "Curve", "At", "Value", "Of"), tuple(rows))


def _draw(panels: Sequence[CurvePanel], sheet: Sheet) -> Drawing:
    parts: list[str] = []
    top = 0.0
    for panel in panels:
        one = _Panel(panel, sheet, top)
        parts += one.draw()
        top = one.below
    return Drawing(sheet=sheet, height=max(top, sheet.line_height), body=Markup("".join(parts)))


class _Panel:
    """One panel on a sheet."""

    def __init__(self, panel: CurvePanel, sheet: Sheet, top: float) -> None:
        self.panel, self.sheet = panel, sheet
        line = sheet.line_height
        self.title, self.top = top + line, top + 2 * line
        self.bottom = self.top + sheet.panel_height
        self.below = self.bottom + 2 * line + 16
        self.x_ticks, self.y_ticks = panel.axis(0), panel.axis(1)
        labels = [show_number(tick, digits=3) for tick in self.y_ticks]
        self.left = max(text_width(label, sheet.size) for label in labels) + 10
        self.right = sheet.width - sheet.right
        self.x = LogScale(self.x_ticks[0], self.x_ticks[-1], self.left, self.right)
        self.y = LogScale(self.y_ticks[0], self.y_ticks[-1], self.bottom, self.top)

    def draw(self) -> Iterator[Markup]:
        """Axes, guide, curves and their names."""
        room = self.sheet.width - 4
        head = ", ".join(part for part in (self.panel.title, self.panel.y_says) if part)
        yield text(2, self.title, fit(head, room * 0.95, self.sheet.size), "figure__title")
        yield from self._grid()
        if not any(curve.points for curve in self.panel.curves):
            middle = (self.left + self.right) / 2
            yield text(middle, (self.top + self.bottom) / 2, "no data", "figure__quiet", anchor="middle")
            return
        for kind, curve in zip(_KINDS, self.panel.curves, strict=False):
            places = [(self.x(x), self.y(y)) for x, y in curve.points]
            yield path(places, f"figure__line figure__line--{kind}") if places else Markup()
            yield from (
                element("circle", cx=x, cy=y, r=3, class_=f"figure__dot figure__dot--{kind}") for x, y in places
            )
        yield from self._names()

    def _grid(self) -> Iterator[Markup]:
        size = self.sheet.size
        for tick in self.y_ticks:
            y = self.y(tick)
            yield path(((self.left, y), (self.right, y)), "figure__grid")
            yield text(self.left - 6, y + 4, show_number(tick, digits=3), "figure__quiet", anchor="end")
        yield path(((self.left, self.bottom), (self.right, self.bottom)), "figure__axis")
        edge = -1.0
        for tick in self.x_ticks:
            x, says = self.x(tick), show_number(tick, digits=3)
            half = text_width(says, size) / 2
            yield path(((x, self.bottom), (x, self.bottom + 4)), "figure__axis")
            if x - half > edge:
                yield text(x, self.bottom + self.sheet.line_height + 2, says, "figure__quiet", anchor="middle")
                edge = x + half + 6
        says = fit(self.panel.x_says, self.sheet.width - 4, size)
        left = max(2.0, (self.left + self.right - text_width(says, size)) / 2)
        yield text(left, self.bottom + 2 * self.sheet.line_height + 2, says, "figure__quiet")

    def _guide(self) -> list[tuple[float, float]]:
        """From the first curve's first point to the end of its x, at the guide's slope; cut at the axes' edges."""
        points = self.panel.curves[0].points if self.panel.curves else ()
        if self.panel.guide is None or len(points) < 2:
            return []
        (first, value), (last, _) = points[0], points[-1]
        if self.panel.guide == 0:
            return [(first, value), (last, value)]
        last = min(last, first * self.y.high / value)
        return [(first, value), (last, value * last / first)]

    def _names(self) -> Iterator[Markup]:
        """The curves' names at their ends, and the guide's, apart from each other."""
        ends = [
            (curve.label, kind, curve.points[-1])
            for kind, curve in zip(_KINDS, self.panel.curves, strict=False)
            if curve.points
        ]
        guide = self._guide()
        if guide:
            yield path(((self.x(x), self.y(y)) for x, y in guide), "figure__line figure__line--reference")
            ends.append((_GUIDES[self.panel.guide or 0], "reference", guide[-1]))
        room, height = self.sheet.right - 14, self.sheet.line_height - 1
        blocks = [wrap(label, room, self.sheet.size, lines_max=2) for label, _, _ in ends]
        wanted = [self.y(point[1]) for _, _, point in ends]
        centres = spread(wanted, [len(block) * height + 2 for block in blocks], self.top - 8, self.bottom + 8)
        for (_, kind, point), block, centre, level in zip(ends, blocks, centres, wanted, strict=True):
            if abs(centre - level) > 5 or self.x(point[0]) < self.right - 8:
                yield path(((self.x(point[0]) + 4, level), (self.right + 9, centre)), "figure__leader")
            first = centre - (len(block) - 1) * height / 2 + self.sheet.size * 0.35
            for index, says in enumerate(block):
                yield text(self.right + 11, first + index * height, says, f"figure__says--{kind}")
