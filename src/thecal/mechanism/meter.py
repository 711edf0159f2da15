"""Faults of measure: the rotor turns as it is told and moves more, or less, than it should.

Shares are per mille of the commanded volume. Where several faults act together, their shares add.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from thecal.mechanism.numbers import ALTITUDE_FLOW, OVER_DELIVERY_MOST, TEMPERATURE_FLOW
from thecal.mechanism.spans import Span
from thecal.units import ceil_div

STAIRS = 100
"""A slow rise is a staircase of at most this many steps, so that nobody has to cut time more finely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverDelivery:
    """The flow grows in a straight line, from no more at `start_ms` to `per_mille` more at `full_ms`, and stays."""

    start_ms: int
    full_ms: int
    per_mille: int

    def __post_init__(self) -> None:
        assert self.start_ms < self.full_ms, "a slow onset lasts"
        assert 0 < self.per_mille <= OVER_DELIVERY_MOST.whole(), "over-delivery is at most half as much again"

    @property
    def stairs(self) -> int:
        """How many steps it rises in: each is a whole share, at least one per mille."""
        return min(self.per_mille, STAIRS)

    def change_per_mille(self, at_ms: int) -> int:
        """How much more flows at an instant."""
        elapsed_ms = min(max(at_ms, self.start_ms), self.full_ms) - self.start_ms
        step = self.stairs * elapsed_ms // (self.full_ms - self.start_ms)
        return self.per_mille * step // self.stairs

    def changes_ms(self) -> Iterator[int]:
        """The first instant of each step."""
        for step in range(1, self.stairs + 1):
            yield self.start_ms + ceil_div(step * (self.full_ms - self.start_ms), self.stairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderDelivery(Span):
    """The flow is `per_mille` less."""

    per_mille: int

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        assert 0 < self.per_mille <= 1_000, "no more can be missing than there is"

    def change_per_mille(self, at_ms: int) -> int:
        """How much less flows at an instant, negative."""
        return -self.per_mille if self.covers(at_ms) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Altitude(Span):
    """Thin air: the flow is `per_mille` more while the exposure lasts."""

    per_mille: int = ALTITUDE_FLOW.whole()

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        assert self.per_mille > 0, "thin air raises the flow"

    def change_per_mille(self, at_ms: int) -> int:
        """How much more flows at an instant."""
        return self.per_mille if self.covers(at_ms) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HighPressure(UnderDelivery):
    """A pressure chamber or a dive: the flow is `per_mille` less while the exposure lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature(Span):
    """The pump is `warmer_dk` tenths of a kelvin warmer than the body should be, or colder: negative."""

    warmer_dk: int
    per_mille_per_dk: int = TEMPERATURE_FLOW.whole()

    def change_per_mille(self, at_ms: int) -> int:
        """How much more flows at an instant; negative where it is colder."""
        return self.warmer_dk * self.per_mille_per_dk if self.covers(at_ms) else 0
