"""One published number, its range and the experiment that repeats it; the rows themselves are in `table`.

Where a study gave a range, that is the range here. Where it gave one number, the range is Thecal's own: a factor of 1.5
either way, and 0.15 either way for fractions of tone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from thecal.body.validation.experiments import Subject
from thecal.sources import Grade, Sourced


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What counts as inside, from `low` to `high` in the target's unit, both included; and where that comes from."""

    low: float
    high: float
    says: str

    def holds(self, value: float) -> bool:
        """Whether a simulated value is inside."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One published number with its condition, and how to compute it in the same `unit`.

    `published` is None where only a bound or words were published; `simulate` is None where the body cannot answer.
    `because` is what to say where the row falls outside. `held_out` rows took no part in the fit.
    """

    id: str
    says: str
    condition: str
    unit: str
    published: float | None
    range: Range
    source: str
    simulate: Callable[[Subject], float] | None
    grade: Grade = "paper"
    held_out: bool = False
    parameter_set: str = "two_pool_2026"
    because: str = ""

    def sourced(self) -> Sourced | None:
        """The published number with its birthplace."""
        if self.published is None:
            return None
        name = f"published: {self.says}"
        return Sourced(name=name, value=self.published, unit=self.unit, source=self.source, grade=self.grade)


def patients(low: float, high: float) -> Range:
    """The range of the people who were measured."""
    return Range(low=low, high=high, says="range of the people measured")


def label(low: float, high: float) -> Range:
    """What a label gives as usual."""
    return Range(low=low, high=high, says="range of the label")


def about(published: float) -> Range:
    """A number without a range."""
    return Range(low=published / 1.5, high=published * 1.5, says="assumed: a factor of 1.5 either way")


def fraction(published: float) -> Range:
    """A fraction without a range."""
    return Range(low=published - 0.15, high=min(published + 0.15, 1.0), says="assumed: 0.15 either way")


def words(low: float, high: float) -> Range:
    """What was published in words or as a bound."""
    return Range(low=low, high=high, says="assumed, from words or a bound")
