"""Published measurements beside the simulation: one row each, every row relative to its own published value."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from thecal.errors import OurFault
from thecal.figures.figure import PHONE, WIDE, Drawing, Figure, Sheet, Table
from thecal.figures.rows import Ratios, Row, Rows, key
from thecal.figures.scales import checked, show_number
from thecal.figures.svg import Markup, element, path, text
from thecal.units import NO_BREAK_SPACE


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRow:
    """One target in its own unit. `published` is None where there is only a range, `simulated` where nothing came."""

    id: str
    says: str
    unit: str
    low: float
    high: float
    published: float | None
    simulated: float | None
    inside: bool

    def __post_init__(self) -> None:
        for value in (self.low, self.high, self.published, self.simulated):
            if value is not None and checked(value, self.id) < 0:
                raise OurFault(f"{self.id} has a value below zero, and is drawn as a ratio")
        if not self.low <= self.high or self.high == 0:
            raise OurFault(f"{self.id} has no range")
        found = self.simulated is not None and self.low <= self.simulated <= self.high
        if found != self.inside:
            raise OurFault(f"{self.id} says {'inside' if self.inside else 'outside'}, and its numbers do not")

    @property
    def reference(self) -> float:
        """What the row is relative to: the published value, else the middle of the range in ratios."""
        return self.published or (math.sqrt(self.low * self.high) if self.low else self.high / 2)

    def ratios(self) -> list[float]:
        """Everything that is drawn, relative to the reference."""
        drawn = [self.low, self.high] + ([] if self.simulated is None else [self.simulated])
        return [value / self.reference for value in drawn]


def validation_chart(
    rows: Sequence[ValidationRow],
    *,
    assumptions: Sequence[str] = (),
    name: str = "validation",
    title: str = "Published measurements and the simulation",
) -> Figure:
    """A bar from the lowest to the highest published, a stroke at the published value, a dot for the simulation.

    A dot outside is hollow and crossed, and its numbers are in bold and say *outside*.
    """
    wide, phone = (_draw(rows, sheet) for sheet in (WIDE, PHONE))
    inside = sum(row.inside for row in rows)
    caption = (
        f"{inside} of {len(rows)} inside the published range. "
        "Every row is relative to its own published value; equal ratios take equal room."
    )
    figure = Figure(name=name, title=title, caption=caption, wide=wide, phone=phone, table=_table(rows))
    return figure.assuming(assumptions)


def _table(rows: Sequence[ValidationRow]) -> Table:
    head = ("Target", "Unit", "Published", "Lowest", "Highest", "Simulated", "Verdict")
    return Table(
        head,
        tuple(
            (
                row.says, row.unit, _shown(row.published), _shown(row.low), _shown(row.high), _shown(row.simulated),
                "inside" if row.inside else "outside",
            )
            for row in rows
        ),
    )  # fmt: skip


def _shown(value: float | None) -> str:
    return "" if value is None else show_number(value, digits=3)


def _says(row: ValidationRow) -> tuple[str, ...]:
    """The numbers in words."""
    unit = f"{NO_BREAK_SPACE}{row.unit}" if row.unit else ""
    simulated = "not computed" if row.simulated is None else f"{_shown(row.simulated)}{unit}"
    spread = f"{_shown(row.low)} to {_shown(row.high)}".replace(" ", NO_BREAK_SPACE)
    published = spread if row.published is None else f"{_shown(row.published)} ({spread})"
    return (simulated if row.inside else f"outside: {simulated}", f"published {published}")


def _draw(rows: Sequence[ValidationRow], sheet: Sheet) -> Drawing:
    names, top = key(_KEY, sheet)
    laid = Rows([Row(label=row.says, says=_says(row), loud=not row.inside) for row in rows], sheet, top)
    across = Ratios.around((ratio for row in rows for ratio in row.ratios()), laid.start, laid.end)
    grid, height = laid.grid(across.ticks(), "times the published value")
    marks = [mark for row, middle in zip(rows, laid.middles, strict=True) for mark in _marks(row, across, middle)]
    empty = [] if rows else [text(laid.start, top - 2, "no data", "figure__quiet")]
    body = Markup("".join([names, grid, *marks, *laid.words(), *empty]))
    return Drawing(sheet=sheet, height=height, body=body)


def _marks(row: ValidationRow, across: Ratios, y: float) -> Iterator[Markup]:
    places = [across(ratio) for ratio in row.ratios()]
    yield _range(places[0], places[1], y)
    if row.published is not None:
        yield _published(across(1.0), y)
    if row.simulated is not None:
        yield from _dot(places[2], y, inside=row.inside)


def _range(start: float, end: float, y: float) -> Markup:
    return element("rect", x=start, y=y - 5, width=max(end - start, 1.0), height=10, class_="figure__range")


def _published(x: float, y: float) -> Markup:
    return path(((x, y - 8), (x, y + 8)), "figure__published")


def _dot(x: float, y: float, *, inside: bool) -> Iterator[Markup]:
    if inside:
        yield element("circle", cx=x, cy=y, r=4, class_="figure__inside")
        return
    yield element("circle", cx=x, cy=y, r=5.5, class_="figure__outside")
    yield path(((x - 3.5, y - 3.5), (x + 3.5, y + 3.5)), "figure__outside")
    yield path(((x - 3.5, y + 3.5), (x + 3.5, y - 3.5)), "figure__outside")


_KEY: Final[tuple[tuple[str, Callable[[float, float], Iterable[Markup]]], ...]] = (
    ("published range", lambda x, y: [_range(x - 8, x + 8, y)]),
    ("published value", lambda x, y: [_published(x, y)]),
    ("simulated, inside", lambda x, y: _dot(x, y, inside=True)),
    ("simulated, outside", lambda x, y: _dot(x, y, inside=False)),
)
