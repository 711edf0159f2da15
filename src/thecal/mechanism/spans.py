"""When a fault is there: from its onset to its end, at one instant, or at the next fill."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A fault over `[start_ms, end_ms)`, for good where `end_ms` is None."""

    start_ms: int
    end_ms: int | None = None

    def __post_init__(self) -> None:
        assert self.end_ms is None or self.start_ms < self.end_ms, "a fault lasts"

    def covers(self, at_ms: int) -> bool:
        """Whether it is there at an instant."""
        return self.start_ms <= at_ms and (self.end_ms is None or at_ms < self.end_ms)

    def changes_ms(self) -> Iterator[int]:
        """The instants at which it comes and goes."""
        yield self.start_ms
        if self.end_ms is not None:
            yield self.end_ms

    def elapsed_ms(self, at_ms: int) -> int:
        """How much of it lies before an instant."""
        last_ms = at_ms if self.end_ms is None else min(at_ms, self.end_ms)
        return max(0, last_ms - self.start_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class SensedSpan(Span):
    """A span of which the pump's sensor tells, and of its end too, `sensed_after_ms` later."""

    sensed_after_ms: int = 0

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        assert self.sensed_after_ms >= 0, "nothing is sensed before it happens"

    def is_sensed(self, at_ms: int) -> bool:
        """Whether the sensor shows it at an instant: a late picture."""
        return self.covers(at_ms - self.sensed_after_ms)

    def changes_ms(self) -> Iterator[int]:
        """When it comes and goes, and when the sensor shows so."""
        for at_ms in Span.changes_ms(self):
            yield at_ms
            yield at_ms + self.sensed_after_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A fault that happens at one instant."""

    at_ms: int

    def changes_ms(self) -> Iterator[int]:
        """That instant."""
        yield self.at_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class AtFill:
    """A fault of the first fill at or after `at_ms`: of one fill, and by itself it changes nothing."""

    at_ms: int

    def is_due(self, at_ms: int, filled_ms: int | None) -> bool:
        """Whether a fill now is that fill, the last one having been at `filled_ms`."""
        return self.at_ms <= at_ms and (filled_ms is None or filled_ms < self.at_ms)

    def changes_ms(self) -> Iterator[int]:
        """None: nobody fills a pump without being there."""
        yield from ()
