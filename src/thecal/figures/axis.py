"""How times are written: as dates at an offset from UTC, or as hours and days since an instant."""

from dataclasses import dataclass
from typing import Final

from thecal.figures.scales import Tick, Ticker, checked_time, show_time, time_ticks
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, NO_BREAK_SPACE, show_duration

_STEPS: Final = (
    *((minutes * MINUTE_MS, MINUTE_MS, "min") for minutes in (1, 5, 15, 30)),
    *((hours * HOUR_MS, HOUR_MS, "h") for hours in (1, 2, 3, 6, 12, 24)),
    *((days * DAY_MS, DAY_MS, "d") for days in (2, 7, 14, 28, 56, 112, 364, 728, 1820, 3640, 36400)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAxis:
    """Dates at `utc_offset_min`, unless `since_ms` is given: then hours and days since it."""

    utc_offset_min: int = 0
    since_ms: int | None = None

    def __post_init__(self) -> None:
        if self.since_ms is not None:
            checked_time(self.since_ms, "where the time axis begins")

    @property
    def ticker(self) -> Ticker:
        """What writes the axis."""
        return time_ticks(self.utc_offset_min) if self.since_ms is None else _since(self.since_ms)

    def show(self, at_ms: int) -> str:
        """One instant: 3 Mar 2027 10:40, or 26 h 30 min."""
        if self.since_ms is None:
            return show_time(at_ms, self.utc_offset_min)
        return show_duration(at_ms - self.since_ms)


def _since(since_ms: int) -> Ticker:
    def ticks(from_ms: int, until_ms: int, count_max: int) -> tuple[Tick, ...]:
        span_ms = until_ms - from_ms
        step_ms, unit_ms, unit = next((step for step in _STEPS if span_ms <= step[0] * count_max), _STEPS[-1])
        first = -(-(from_ms - since_ms) // step_ms) * step_ms
        return tuple(
            Tick(since_ms + after_ms, f"{after_ms // unit_ms}{NO_BREAK_SPACE}{unit}".replace("-", "−"))
            for after_ms in range(first, until_ms - since_ms + 1, step_ms)
        )

    return ticks
