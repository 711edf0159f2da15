"""Dates and times as pages write them: 3 Mar 2026, 3 Mar 2026 10:40. UTC, as the footer says."""

from datetime import UTC, datetime

from thecal.units import NO_BREAK_SPACE, SECOND_MS, floor_div


def moment(at_ms: int) -> datetime:
    """Unix milliseconds as a date and time in UTC, to the second."""
    return datetime.fromtimestamp(floor_div(at_ms, SECOND_MS), tz=UTC)


def show_date(at_ms: int) -> str:
    """3 Mar 2026."""
    at = moment(at_ms)
    return f"{at.day} {at:%b %Y}".replace(" ", NO_BREAK_SPACE)


def show_time(at_ms: int) -> str:
    """3 Mar 2026 10:40."""
    return f"{show_date(at_ms)} {moment(at_ms):%H:%M}"


def show_day(at_ms: int) -> str:
    """Tuesday 3 March 2026."""
    at = moment(at_ms)
    return f"{at:%A} {at.day} {at:%B %Y}"


def offset_min() -> int:
    """The clinic's offset from UTC in minutes. Pages show UTC, so schedules are meant in it too."""
    return 0
