"""From numbers to places on a drawing: checked numbers, linear scales, ticks, and numbers as people read them."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from thecal.errors import OurFault
from thecal.units import DAY_MS, HOUR_MS, LARGEST, MINUTE_MS, NO_BREAK_SPACE

LATEST_MS: Final = 7_258_118_400_000
"""1 January 2200: no program, record or forecast reaches it, and a time in microseconds does."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SHORT_STEPS_MS: Final = (
    *(minutes * MINUTE_MS for minutes in (1, 5, 15, 30)),
    *(hours * HOUR_MS for hours in (1, 2, 3, 6, 12)),
)
_DAY_STEPS: Final = (1, 2, 7, 14)
_MONTH_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)


def checked(value: float, what: str) -> float:
    """The value; OurFault where it is not a number, or larger than any quantity in this therapy."""
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise OurFault(f"{what} is {value}, which cannot be drawn", remedy="Hand in finite numbers in the unit named.")
    return float(value)


def checked_time(at_ms: int, what: str) -> int:
    """The time; OurFault before 1970 or after 2199: milliseconds were mistaken for something else."""
    if not 0 <= at_ms < LATEST_MS:
        raise OurFault(f"{what} at {at_ms} ms is no time this can be about", remedy="Hand in Unix milliseconds.")
    return int(at_ms)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to user units: `low` lands on `start`, `high` on `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class LogScale:
    """Equal ratios take equal room. What is at or below `low` lies at the axis's foot; OurFault where that is zero."""

    low: float
    high: float
    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high:
            raise OurFault("an axis of ratios runs from above zero upwards")

    def __call__(self, value: float) -> float:
        """The place of a value."""
        part = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return self.start + part * (self.end - self.start)


LEAST_STEP: Final = 1e-200
"""Below it floats lose their digits, and nobody reads a chart."""


def nice_step(span: float, count: int) -> float:
    """The smallest of 1, 2, 5 × 10ⁿ that cuts `span` into at most `count` pieces."""
    rough = max(span / count, LEAST_STEP)
    magnitude: float = 10.0 ** math.floor(math.log10(rough))
    return next(step * magnitude for step in (1, 2, 5, 10) if step * magnitude >= rough * (1 - 1e-9))


def nice_ticks(low: float, high: float, count: int) -> tuple[float, ...]:
    """Round values whose first is at most `low` and whose last is at least `high`."""
    if high - low < max(abs(high), abs(low)) * 1e-9 or high == low:
        low, high = min(low, 0.0), max(high, 0.0) or (1.0 if low >= 0 else 0.0)
    step = nice_step(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(index * step for index in range(first, max(last, first + 1) + 1))


DECADES_MAX: Final = 4
"""How far below the highest value an axis of ratios reaches: what is less than a ten-thousandth of it is its foot."""


def decade_ticks(values: Iterable[float], *, decades: int = DECADES_MAX) -> tuple[float, ...]:
    """Powers of ten around the positive values; 2 and 5 between them where they span one or two decades."""
    positive = [value for value in values if value > LEAST_STEP]
    highest = max(positive, default=1.0)
    last = math.ceil(math.log10(highest) - 1e-9)
    least = max(min(positive, default=0.1), highest * 10.0**-decades)
    first = min(math.floor(math.log10(least) + 1e-9), last - 1)
    parts = (1, 2, 5) if last - first <= 2 else (1,)
    ticks = [float(f"{part}e{power}") for power in range(first, last) for part in parts]
    return (*ticks, float(f"1e{last}"))


def show_number(value: float, *, digits: int = 6) -> str:
    """Decimal, at most `digits` significant: leading zero, no trailing zero, no-break spaces above 9 999."""
    if value == 0:
        return "0"
    sign, size = ("−" if value < 0 else ""), abs(value)
    mantissa, _, exponent_text = f"{size:.{digits - 1}e}".partition("e")
    exponent = int(exponent_text)
    if exponent < -4:
        return f"{sign}{_trim(mantissa)}{NO_BREAK_SPACE}×{NO_BREAK_SPACE}10{str(exponent).translate(_SUPERSCRIPT)}"
    whole, _, part = f"{size:.{max(digits - 1 - exponent, 0)}f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", NO_BREAK_SPACE) if int(whole) >= 10_000 else whole
    return sign + _trim(f"{grouped}.{part}")


def _trim(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def local(at_ms: int, utc_offset_min: int) -> datetime:
    """The wall's time at an offset from UTC; its time zone is not to be looked at."""
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC) + timedelta(minutes=utc_offset_min)


def show_date(at_ms: int, utc_offset_min: int, *, year: bool = False) -> str:
    """3 Mar, or 3 Mar 2027."""
    moment = local(at_ms, utc_offset_min)
    tail = f"{NO_BREAK_SPACE}{moment.year}" if year else ""
    return f"{moment.day}{NO_BREAK_SPACE}{_MONTHS[moment.month - 1]}{tail}"


def show_clock(at_ms: int, utc_offset_min: int = 0) -> str:
    """10:40."""
    return local(at_ms, utc_offset_min).strftime("%H:%M")


def show_time(at_ms: int, utc_offset_min: int) -> str:
    """3 Mar 2027 10:40."""
    return f"{show_date(at_ms, utc_offset_min, year=True)} {show_clock(at_ms, utc_offset_min)}"


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis: what stands at it, and what changes there (the date under hours, the year under days)."""

    at: float
    label: str
    below: str = ""


Ticker = Callable[[int, int, int], tuple[Tick, ...]]
"""(from_ms, until_ms, count_max) → ticks."""


def clock_ticks(from_ms: int, until_ms: int, count_max: int) -> tuple[Tick, ...]:
    """One day: 00:00 to 24:00 every three or six hours."""
    step_ms = 3 * HOUR_MS if count_max >= 9 else 6 * HOUR_MS
    return tuple(Tick(at, f"{at // HOUR_MS:02d}:00") for at in range(from_ms, until_ms + 1, step_ms))


def time_ticks(utc_offset_min: int) -> Ticker:
    """A ticker for absolute times, at round local minutes, hours, days, months or years."""

    def ticks(from_ms: int, until_ms: int, count_max: int) -> tuple[Tick, ...]:
        span_ms, offset_ms = until_ms - from_ms, utc_offset_min * MINUTE_MS
        for step_ms in _SHORT_STEPS_MS:
            if span_ms <= step_ms * count_max:
                return _hour_ticks(_multiples(from_ms, until_ms, step_ms, offset_ms), utc_offset_min)
        for days in _DAY_STEPS:
            if span_ms <= days * DAY_MS * count_max:
                monday_ms = 3 * DAY_MS if days >= 7 else 0  # 1 January 1970 was a Thursday
                return _day_ticks(_multiples(from_ms, until_ms, days * DAY_MS, offset_ms + monday_ms), utc_offset_min)
        return _month_ticks(from_ms, until_ms, count_max, utc_offset_min)

    return ticks


def _multiples(from_ms: int, until_ms: int, step_ms: int, offset_ms: int) -> list[int]:
    first = -(-(from_ms + offset_ms) // step_ms) * step_ms - offset_ms
    return list(range(first, until_ms + 1, step_ms))


def _hour_ticks(times: list[int], utc_offset_min: int) -> tuple[Tick, ...]:
    dates = [show_date(at, utc_offset_min) for at in times]
    return tuple(
        Tick(at, show_clock(at, utc_offset_min), date if index == 0 or date != dates[index - 1] else "")
        for index, (at, date) in enumerate(zip(times, dates, strict=True))
    )


def _day_ticks(times: list[int], utc_offset_min: int) -> tuple[Tick, ...]:
    years = [str(local(at, utc_offset_min).year) for at in times]
    return tuple(
        Tick(at, show_date(at, utc_offset_min), year if index == 0 or year != years[index - 1] else "")
        for index, (at, year) in enumerate(zip(times, years, strict=True))
    )


def _month_ticks(from_ms: int, until_ms: int, count_max: int, utc_offset_min: int) -> tuple[Tick, ...]:
    months = (until_ms - from_ms) / (30.5 * DAY_MS)
    step = next((step for step in _MONTH_STEPS if months <= step * count_max), _MONTH_STEPS[-1])
    begin, end = local(from_ms, utc_offset_min), local(until_ms, utc_offset_min)
    numbers = range(begin.year * 12, end.year * 12 + 12, step)
    found: list[Tick] = []
    for number in numbers:
        year, month = divmod(number, 12)
        at = round(datetime(year, month + 1, 1, tzinfo=UTC).timestamp() * 1000) - utc_offset_min * MINUTE_MS
        if from_ms <= at <= until_ms:
            found.append(_month_tick(at, year, month, step, first=not found))
    return tuple(found)


def _month_tick(at_ms: int, year: int, month: int, step: int, *, first: bool) -> Tick:
    if step >= 12:
        return Tick(at_ms, str(year))
    return Tick(at_ms, _MONTHS[month], str(year) if first or month < step else "")
