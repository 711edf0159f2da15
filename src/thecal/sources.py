"""A number with its birthplace: value, unit, source, and how well it is known.

Grades, best known first: `label` (a drug or device label), `paper`, `maker`, `derived` (computed here from sourced
numbers), `assumed`. An *assumed* number is shown as such and never blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Literal, get_args

from thecal.units import (
    NL_PER_ML,
    NO_BREAK_SPACE,
    decimal_text,
    show_concentration,
    show_dose,
    show_duration,
    show_mass,
    show_rate,
    show_volume,
)

Grade = Literal["label", "paper", "maker", "derived", "assumed"]
GRADES: tuple[Grade, ...] = get_args(Grade)
UNREAD = "general knowledge, no source read"
OWN_CHOICE = "Thecal's own choice"
COMPUTED = "computed"
"""How a source begins that is not somebody else's page: the first two are graded assumed, the third derived."""


SHOWN: dict[str, Callable[[int], str]] = {
    "nL": show_volume,
    "nL/day": show_rate,
    "nL/cm": lambda volume_nl: f"{decimal_text(volume_nl, NL_PER_ML)}{NO_BREAK_SPACE}mL/cm",
    "pg": show_mass,
    "pg/day": show_dose,
    "pg/nL": show_concentration,
    "per mille": lambda share: f"{decimal_text(share, 10)}{NO_BREAK_SPACE}%",
    "ms": show_duration,
    "ms after local midnight": lambda of_day_ms: f"{show_duration(of_day_ms)} after local midnight",
}
"""Whole numbers in the units of the code, as people read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """One number that something in the therapy depends on.

    Integers where the dose depends on them; `unit` is the unit of `value`; `source` is a citation a reader can follow.
    """

    name: str
    value: int | float
    unit: str
    source: str
    grade: Grade

    def __post_init__(self) -> None:
        assert self.grade in GRADES, f"unknown grade {self.grade}"
        assert self.source, f"{self.name} needs a source"
        assert isfinite(self.value), f"{self.name} is not a number"

    def __str__(self) -> str:
        mark = ", assumed" if self.grade == "assumed" else ""
        return f"{self.name} {self.shown()} ({self.source}{mark})"

    def shown(self) -> str:
        """The number as people read it: 1000 mcg/day, not a row of picograms."""
        show = SHOWN.get(self.unit)
        if show is not None and isinstance(self.value, int):
            return show(self.value)
        value = decimal_text(self.value, 1) if isinstance(self.value, int) else f"{self.value:g}"
        return value if self.unit == "1" else f"{value}{NO_BREAK_SPACE}{self.unit}"

    def whole(self) -> int:
        """The value as an integer; an error where it is not one, so that no dose rests on a rounded constant."""
        assert isinstance(self.value, int), f"{self.name} is not a whole number"
        return self.value


def register(*numbers: Sourced) -> dict[str, Sourced]:
    """The numbers by name; two of one name are an error."""
    by_name = {number.name: number for number in numbers}
    assert len(by_name) == len(numbers), "two numbers share a name"
    return by_name
