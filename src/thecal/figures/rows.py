"""Rows over one horizontal axis: what each row is about, its marks, its numbers in words. On a phone words go above."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from thecal.figures.figure import PHONE, Sheet
from thecal.figures.scales import LogScale, show_number
from thecal.figures.svg import Markup, path, text, text_width, wrap

_LABEL: Final = 250.0
_NUMBERS: Final = 196.0
_MARKS: Final = 22.0
"""The height of a row's marks."""
_REACH: Final = 16.0
"""How far an axis of ratios reaches either way at most; what lies farther is drawn at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a row is about, and its numbers in words, line by line; a `loud` row's first line is set in bold."""

    label: str
    says: Sequence[str]
    loud: bool = False


class Rows:
    """Where rows lie on a sheet below `top`: `start` to `end` across, `middles` of their marks, `bottom` below all."""

    def __init__(self, rows: Sequence[Row], sheet: Sheet, top: float) -> None:
        self.rows, self.sheet, self.top = rows, sheet, top
        self.phone = sheet.name == PHONE.name
        self.start = 24.0 if self.phone else _LABEL
        self.end = sheet.width - (24 if self.phone else _NUMBERS)
        room = sheet.width - 4 if self.phone else _LABEL - 20
        self.labels = [wrap(row.label, room, sheet.size) for row in rows]
        room = sheet.width - 4 if self.phone else _NUMBERS - 18
        self.says = [[line for one in row.says for line in wrap(one, room, sheet.size)] for row in rows]
        heights = [self._height(*words) for words in zip(self.labels, self.says, strict=True)]
        self.edges = list(accumulate(heights, initial=top))
        self.bottom = self.edges[-1]

    def _height(self, label: Sequence[str], says: Sequence[str]) -> float:
        if self.phone:
            return (len(label) + len(says)) * self.sheet.line_height + _MARKS + 6
        return max(max(len(label), len(says)) * self.sheet.line_height + 8, _MARKS)

    @property
    def middles(self) -> list[float]:
        """The height at which each row's marks are drawn."""
        if self.phone:
            return [edge - _MARKS / 2 - 2 for edge in self.edges[1:]]
        return [(above + below) / 2 for above, below in zip(self.edges, self.edges[1:], strict=False)]

    def words(self) -> Iterator[Markup]:
        """Labels and numbers: left and right of the marks, or above them."""
        for index, row in enumerate(self.rows):
            label, says = self.labels[index], self.says[index]
            looks = ["figure__title" if row.loud and line == 0 else "figure__quiet" for line in range(len(says))]
            if self.phone:
                looks = ["figure__title"] * len(label) + looks
                yield from self._lines([*label, *says], looks, 2, self.edges[index] + self.sheet.line_height)
            else:
                middle = self.middles[index]
                yield from self._lines(label, [""] * len(label), 2, self._first(middle, label))
                yield from self._lines(says, looks, self.end + 14, self._first(middle, says))

    def _first(self, middle: float, lines: Sequence[str]) -> float:
        """The baseline of the first of some lines around a height."""
        return middle - (len(lines) - 1) * self.sheet.line_height / 2 + self.sheet.size * 0.35

    def _lines(self, lines: Sequence[str], looks: Sequence[str], x: float, first: float) -> Iterator[Markup]:
        for index, (says, class_) in enumerate(zip(lines, looks, strict=True)):
            yield text(x, first + index * self.sheet.line_height, says, class_)

    def grid(self, ticks: Iterable[tuple[float, str]], says: str) -> tuple[str, float]:
        """Lines at `(place, label)` behind the marks, the axis under them and what it measures; and where it ends."""
        parts: list[str] = [path(((self.start, self.bottom), (self.end, self.bottom)), "figure__axis")]
        line, edge = self.sheet.line_height, -1.0
        for place, label in ticks:
            spans = [(middle - _MARKS / 2, middle + _MARKS / 2) for middle in self.middles]
            for above, below in spans if self.phone else [(self.top, self.bottom)]:
                parts += [path(((place, above), (place, below)), "figure__grid")]
            half = text_width(label, self.sheet.size) / 2
            if place - half > edge:
                parts.append(text(place, self.bottom + line, label, "figure__quiet", anchor="middle"))
                edge = place + half + 6
        for index, words in enumerate(wrap(says, self.sheet.width - 4, self.sheet.size)):
            width = text_width(words, self.sheet.size)
            left = max(2.0, min((self.start + self.end - width) / 2, self.sheet.width - 2 - width))
            parts.append(text(left, self.bottom + (index + 2) * line, words, "figure__quiet"))
        lines = len(wrap(says, self.sheet.width - 4, self.sheet.size))
        return "".join(parts), self.bottom + (lines + 1) * line + 6


def key(entries: Sequence[tuple[str, Callable[[float, float], Iterable[str]]]], sheet: Sheet) -> tuple[str, float]:
    """One of each mark, 16 wide, with its name; and where the rows begin. A mark is drawn around the place it gets."""
    parts: list[str] = []
    x, y = 3.0, 12.0
    for says, mark in entries:
        width = 22 + text_width(says, sheet.size)
        if x + width > sheet.width:
            x, y = 3.0, y + sheet.line_height + 4
        parts += [*mark(x + 8, y), text(x + 22, y + 4, says, "figure__quiet")]
        x += width + 16
    return "".join(parts), y + sheet.line_height + 2


@dataclass(frozen=True, slots=True)
class Ratios:
    """An axis of ratios around 1, from `start` to `end`: powers of two, or of ten where they would crowd."""

    scale: LogScale

    @classmethod
    def around(cls, ratios: Iterable[float], start: float, end: float) -> "Ratios":
        """Wide enough for the ratios, within limits; the same reach either way."""
        reach = max((abs(math.log2(ratio)) for ratio in ratios if ratio > 0), default=1.0)
        power = 2.0 ** math.ceil(min(max(reach, 1.0), math.log2(_REACH)) - 1e-9)
        return cls(LogScale(1 / power, power, start, end))

    def __call__(self, ratio: float) -> float:
        """The place of a ratio; the axis's end where it lies beyond."""
        return self.scale(min(ratio, self.scale.high))

    def ticks(self) -> list[tuple[float, str]]:
        """Every power of two."""
        power = round(math.log2(self.scale.high))
        return [(self.scale(2.0**step), show_number(2.0**step, digits=3)) for step in range(-power, power + 1)]
