"""Faults of valves and seals: fluid flows that no motor moved, or none can."""

from collections.abc import Iterator
from dataclasses import dataclass

from thecal.mechanism.numbers import VALVE_CLOSES_WITHIN, VALVE_LEAK
from thecal.mechanism.spans import Span
from thecal.units import DAY_MS, ceil_div

MOST_BACKFLOWS = 200
BACKFLOW_NL = 10_000
"""A reverse leak runs in portions: this much at a time, or more where it would take more than so many portions.

Fluid that runs back mixes with the reservoir, so the instants at which it does so must not depend on who looks.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeFlow(Span):
    """A magnet holds both valves open: the gas pushes the reservoir out at `rate_nl_per_day`."""

    rate_nl_per_day: int

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        assert self.rate_nl_per_day > 0, "free flow moves fluid"

    def passed_nl(self, at_ms: int) -> int:
        """What has flowed by an instant, if nothing was in its way."""
        return self.rate_nl_per_day * self.elapsed_ms(at_ms) // DAY_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyValveShut(Span):
    """A flow-activated valve lets `leak_nl` through in a magnet, shuts, and stays shut until it is reset by hand.

    `end_ms` is that reset; None where nobody resets it. The pump senses nothing of it.
    """

    leak_nl: int = VALVE_LEAK.whole()

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        assert 0 <= self.leak_nl <= VALVE_LEAK.whole(), "the valve closes before it leaks more"

    def passed_nl(self, at_ms: int) -> int:
        """What has leaked through by an instant."""
        closes_ms = VALVE_CLOSES_WITHIN.whole()
        return self.leak_nl * min(max(0, at_ms - self.start_ms), closes_ms) // closes_ms

    def changes_ms(self) -> Iterator[int]:
        """When it opens and closes, and when it is reset."""
        yield from Span.changes_ms(self)
        yield self.start_ms + VALVE_CLOSES_WITHIN.whole()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseLeak(Span):
    """Fluid from the path runs back into the reservoir at `rate_nl_per_day`, in portions. It has an end."""

    rate_nl_per_day: int

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        assert self.end_ms is not None, "a reverse leak ends"
        assert self.rate_nl_per_day > 0, "a leak moves fluid"

    @property
    def whole_nl(self) -> int:
        """What runs back in all."""
        assert self.end_ms is not None, "a reverse leak ends"
        return self.rate_nl_per_day * (self.end_ms - self.start_ms) // DAY_MS

    @property
    def portion_nl(self) -> int:
        """What runs back at a time."""
        return max(BACKFLOW_NL, ceil_div(self.whole_nl, MOST_BACKFLOWS))

    def passed_nl(self, at_ms: int) -> int:
        """What has run back by an instant: whole portions, and the rest at the end."""
        leaked_nl = self.rate_nl_per_day * self.elapsed_ms(at_ms) // DAY_MS
        ended = self.end_ms is not None and at_ms >= self.end_ms
        return leaked_nl if ended else leaked_nl - leaked_nl % self.portion_nl

    def changes_ms(self) -> Iterator[int]:
        """When each portion has run back."""
        yield from Span.changes_ms(self)
        for portion in range(1, self.whole_nl // self.portion_nl + 1):
            yield self.start_ms + ceil_div(portion * self.portion_nl * DAY_MS, self.rate_nl_per_day)
