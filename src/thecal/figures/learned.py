"""What observations taught about a person: for each parameter the interval before and after, relative to before."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from thecal.errors import OurFault
from thecal.figures.figure import PHONE, WIDE, Drawing, Figure, Sheet, Table
from thecal.figures.rows import Ratios, Row, Rows, key
from thecal.figures.scales import checked, show_number
from thecal.figures.svg import Markup, element, path, text
from thecal.units import NO_BREAK_SPACE

Interval = tuple[float, float, float]
"""Lowest, middle, highest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """One parameter in its unit: the interval of people in general, and this person's after the observations."""

    says: str
    unit: str
    prior: Interval
    posterior: Interval

    def __post_init__(self) -> None:
        for low, middle, high in (self.prior, self.posterior):
            if not 0 < checked(low, self.says) <= checked(middle, self.says) <= checked(high, self.says):
                raise OurFault(f"{self.says} has no interval of positive numbers in order")


def learned_chart(
    rows: Sequence[Learned],
    *,
    interval: str,
    assumptions: Sequence[str] = (),
    name: str = "learned",
    title: str = "What the observations taught",
) -> Figure:
    """A hollow bar for people in general, a full one for this person; `interval` says what they span: 90 %."""
    wide, phone = (_draw(rows, sheet) for sheet in (WIDE, PHONE))
    caption = (
        f"Intervals of {interval}: hollow for people in general, full for this person after the observations. "
        "Every row is relative to the middle of people in general; equal ratios take equal room."
    )
    figure = Figure(name=name, title=title, caption=caption, wide=wide, phone=phone, table=_table(rows))
    return figure.assuming(assumptions)


def _table(rows: Sequence[Learned]) -> Table:
    ends = ("lowest", "middle", "highest")
    head = ("Parameter", "Unit", *(f"{when}, {end}" for when in ("Before", "After") for end in ends))
    cells = (
        (row.says, row.unit, *(show_number(value, digits=3) for value in (*row.prior, *row.posterior))) for row in rows
    )
    return Table(head, tuple(cells))


def _says(row: Learned) -> tuple[str, str]:
    unit = f"{NO_BREAK_SPACE}{row.unit}" if row.unit else ""
    return f"before {_shown(row.prior)}", f"after {_shown(row.posterior)}{unit}"


def _shown(interval: Interval) -> str:
    low, middle, high = (show_number(value, digits=2) for value in interval)
    return f"{middle} ({low} to {high})".replace(" to ", f"{NO_BREAK_SPACE}to{NO_BREAK_SPACE}")


def _draw(rows: Sequence[Learned], sheet: Sheet) -> Drawing:
    names, top = key(_KEY, sheet)
    laid = Rows([Row(label=row.says, says=_says(row)) for row in rows], sheet, top)
    ratios = (value / row.prior[1] for row in rows for value in (*row.prior, *row.posterior))
    across = Ratios.around(ratios, laid.start, laid.end)
    grid, height = laid.grid(across.ticks(), "times the middle of people in general")
    bars = [bar for row, middle in zip(rows, laid.middles, strict=True) for bar in _bars(row, across, middle)]
    empty = [] if rows else [text(laid.start, laid.top - 2, "no data", "figure__quiet")]
    return Drawing(sheet=sheet, height=height, body=Markup("".join([names, grid, *bars, *laid.words(), *empty])))


def _bars(row: Learned, across: Ratios, y: float) -> Iterator[Markup]:
    for values, top, looks in ((row.prior, y - 9, "hollow"), (row.posterior, y + 1, "bar")):
        low, middle, high = (across(value / row.prior[1]) for value in values)
        yield _bar(low, high, top, looks)
        yield path(((middle, top - 1), (middle, top + 9)), "figure__published")


def _bar(low: float, high: float, top: float, looks: str) -> Markup:
    return element("rect", x=low, y=top, width=max(high - low, 1.0), height=8, class_=f"figure__{looks}")


_KEY: Final[tuple[tuple[str, Callable[[float, float], Iterable[Markup]]], ...]] = (
    ("people in general", lambda x, y: [_bar(x - 8, x + 8, y - 4, "hollow")]),
    ("this person, after the observations", lambda x, y: [_bar(x - 8, x + 8, y - 4, "bar")]),
)
