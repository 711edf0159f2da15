"""Wound checks: when each is due, late, and given up."""

import pytest
from tests.care.helpers import around, rules

from thecal.care.wound_checks import ScheduleCase, checks_after, due_checks, judge_schedule, next_check
from thecal.findings import Urgency
from thecal.units import DAY_MS


@pytest.mark.parametrize(("end", "done"), [(3, ()), (15, (2,)), (31, (2, 12))])
def test_a_check_is_late_from_the_end_of_its_last_day(end: int, done: tuple[int, ...]) -> None:
    """Day 2, days 10 to 14, day 30: a millisecond before the end nothing is late, at the end it is."""
    done_ms = tuple(day * DAY_MS for day in done)
    for now_ms in around(end * DAY_MS):
        if now_ms > 60 * DAY_MS or now_ms < max(done_ms, default=0):
            continue
        late = judge_schedule(ScheduleCase(now_ms=now_ms, operated_ms=0, done_ms=done_ms))
        assert bool(late) == (now_ms >= end * DAY_MS), now_ms
        assert all(each.urgency is Urgency.TODAY for each in late)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(0, "day 2"), (1, "day 2"), (2, "days 10 to 14"), (9, "days 10 to 14"), (10, "day 2"), (14, "day 2")],
)
def test_a_look_answers_for_the_check_that_was_due_last(day: int, expected: str) -> None:
    """Too early answers for none; a later look does not stand for the one that was missed."""
    found = next_check(operated_ms=0, done_ms=(day * DAY_MS,))
    assert found is not None
    assert found.name == expected


@pytest.mark.parametrize("first_ms", around(2 * DAY_MS))
def test_day_two_begins_after_48_hours(first_ms: int) -> None:
    """A look a millisecond earlier is not the check of day 2."""
    found = next_check(operated_ms=0, done_ms=(first_ms,))
    if first_ms < 10 * DAY_MS:
        assert (found == checks_after(0)[0]) == (first_ms < 2 * DAY_MS)


def test_three_checks_and_no_more() -> None:
    """After day 30 nothing is due until the next operation, which starts anew."""
    done = (2 * DAY_MS, 12 * DAY_MS, 30 * DAY_MS)
    assert next_check(operated_ms=0, done_ms=done) is None
    assert judge_schedule(ScheduleCase(now_ms=400 * DAY_MS, operated_ms=0, done_ms=done)) == []
    assert rules(judge_schedule(ScheduleCase(now_ms=400 * DAY_MS, operated_ms=390 * DAY_MS, done_ms=done))) == [
        "wound.late"
    ]


@pytest.mark.parametrize("now_ms", around(90 * DAY_MS))
def test_after_90_days_no_check_is_asked_for_any_more(now_ms: int) -> None:
    """The time of early infections is over; up to the last millisecond a missed check is late."""
    late = judge_schedule(ScheduleCase(now_ms=now_ms, operated_ms=0))
    assert bool(late) == (now_ms <= 90 * DAY_MS)


@pytest.mark.parametrize("ahead_ms", around(DAY_MS))
def test_a_check_is_announced_ahead(ahead_ms: int) -> None:
    """So long before its first day as the worklist looks ahead."""
    found = due_checks(ScheduleCase(now_ms=DAY_MS, operated_ms=0), ahead_ms=ahead_ms)
    assert bool(found) == (ahead_ms >= DAY_MS)


def test_an_unknown_operation_is_said() -> None:
    """Without a date nothing can be due, and the page says so."""
    assert rules(judge_schedule(ScheduleCase(now_ms=0))) == ["wound.operation_unknown"]
