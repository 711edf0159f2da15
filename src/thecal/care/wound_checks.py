"""When wound and system are looked at after each operation.

The first operation and every later one, a pump's replacement included, start the row of checks anew.
"""

from dataclasses import dataclass

from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, show_duration

_DAYS = f"{OWN_CHOICE}: about the hospital days, the stitches, and the first month, in which most early trouble shows"

FIRST_CHECK = Sourced(name="first_wound_check", value=2 * DAY_MS, unit="ms", source=_DAYS, grade="assumed")
FIRST_CHECK_BY = Sourced(name="first_wound_check_by", value=3 * DAY_MS, unit="ms", source=_DAYS, grade="assumed")
SECOND_CHECK = Sourced(name="second_wound_check", value=10 * DAY_MS, unit="ms", source=_DAYS, grade="assumed")
SECOND_CHECK_BY = Sourced(name="second_wound_check_by", value=15 * DAY_MS, unit="ms", source=_DAYS, grade="assumed")
THIRD_CHECK = Sourced(name="third_wound_check", value=30 * DAY_MS, unit="ms", source=_DAYS, grade="assumed")
THIRD_CHECK_BY = Sourced(name="third_wound_check_by", value=31 * DAY_MS, unit="ms", source=_DAYS, grade="assumed")

EARLY_TROUBLE = Sourced(
    name="early_wound_trouble",
    value=90 * DAY_MS,
    unit="ms",
    source="early infections come within 90 days, PMC6808077",
    grade="paper",
)

NUMBERS = register(
    FIRST_CHECK, FIRST_CHECK_BY, SECOND_CHECK, SECOND_CHECK_BY, THIRD_CHECK, THIRD_CHECK_BY, EARLY_TROUBLE
)
"""Days are counted in 24 hours from the operation. Each check is late from the end of its last day; after the last of
these days none is asked for any more."""

LATE = Rule(
    name="wound.late",
    severity=Severity.NOTE,
    asks="Wound and system are looked at on day 2, on days 10 to 14 and on day 30 after each operation.",
    source=_DAYS,
    grade="assumed",
    numbers=tuple(NUMBERS.values()),
)
OPERATION_UNKNOWN = Rule(
    name="wound.operation_unknown",
    severity=Severity.NOTE,
    asks="When the operation was must be known, or no check has a date.",
    source=f"{OWN_CHOICE}: a date that is not known cannot come due",
    grade="assumed",
)
RULES = (LATE, OPERATION_UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: due from `from_ms`, late from `late_ms` on."""

    name: str
    from_ms: int
    late_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCase:
    """The operation before now, and when the wound was checked since. None: the operation's date is not known."""

    now_ms: int
    operated_ms: int | None = None
    done_ms: tuple[int, ...] = ()


def checks_after(operated_ms: int) -> tuple[Check, Check, Check]:
    """The three checks after one operation.

    >>> [(each.name, each.from_ms // DAY_MS, each.late_ms // DAY_MS) for each in checks_after(0)]
    [('day 2', 2, 3), ('days 10 to 14', 10, 15), ('day 30', 30, 31)]
    """
    times = (
        ("day 2", FIRST_CHECK, FIRST_CHECK_BY),
        ("days 10 to 14", SECOND_CHECK, SECOND_CHECK_BY),
        ("day 30", THIRD_CHECK, THIRD_CHECK_BY),
    )
    first, second, third = (
        Check(name=name, from_ms=operated_ms + start.whole(), late_ms=operated_ms + end.whole())
        for name, start, end in times
    )
    return first, second, third


def open_checks(operated_ms: int, done_ms: tuple[int, ...]) -> list[Check]:
    """Every check that nobody has done, in order, due or not.

    >>> [each.name for each in open_checks(0, (2 * DAY_MS,))]
    ['days 10 to 14', 'day 30']
    """
    checks = checks_after(operated_ms)
    answered = {_answers(checks, done) for done in done_ms}
    return [check for check in checks if check not in answered]


def next_check(*, operated_ms: int, done_ms: tuple[int, ...]) -> Check | None:
    """The earliest check that nobody has done; None after the third.

    A look at the wound answers for the check that was due last before it: on day 1 for none, on day 7 for day 2.

    >>> next_check(operated_ms=0, done_ms=(DAY_MS,)).name
    'day 2'
    >>> next_check(operated_ms=0, done_ms=(7 * DAY_MS,)).name
    'days 10 to 14'
    >>> next_check(operated_ms=0, done_ms=(2 * DAY_MS, 40 * DAY_MS)).name
    'days 10 to 14'
    """
    return next(iter(open_checks(operated_ms, done_ms)), None)


def due_checks(case: ScheduleCase, *, ahead_ms: int = 0) -> list[Check]:
    """Every check that is due now, or within `ahead_ms`, and that nobody has done. None once 90 days have passed.

    >>> [each.name for each in due_checks(ScheduleCase(now_ms=11 * DAY_MS, operated_ms=0))]
    ['day 2', 'days 10 to 14']
    """
    if case.operated_ms is None or case.now_ms - case.operated_ms > EARLY_TROUBLE.whole():
        return []
    until_ms = case.now_ms + ahead_ms
    return [each for each in open_checks(case.operated_ms, case.done_ms) if each.from_ms <= until_ms]


def judge_schedule(case: ScheduleCase) -> list[Finding]:
    """Whether a check is due or late by the clinic's time.

    >>> judge_schedule(ScheduleCase(now_ms=3 * DAY_MS - 1, operated_ms=0, done_ms=()))
    []
    >>> [f.rule for f in judge_schedule(ScheduleCase(now_ms=3 * DAY_MS, operated_ms=0))]
    ['wound.late']
    >>> judge_schedule(ScheduleCase(now_ms=9 * DAY_MS, operated_ms=0, done_ms=(2 * DAY_MS,)))
    []
    >>> judge_schedule(ScheduleCase(now_ms=90 * DAY_MS + 1, operated_ms=0))
    []
    >>> [f.rule for f in judge_schedule(ScheduleCase(now_ms=0))]
    ['wound.operation_unknown']
    """
    if case.operated_ms is None:
        return [
            OPERATION_UNKNOWN.finding(
                field="operated_ms",
                says="When the operation was is not known, so no wound check has a date.",
                remedy="Record the operation's date; until then look at the wound at every contact.",
            )
        ]
    late = [each for each in due_checks(case) if each.late_ms <= case.now_ms]
    return [_late(late, case.now_ms)] if late else []


QUESTIONS = {"wound.schedule": (ScheduleCase, judge_schedule)}


def _answers(checks: tuple[Check, ...], done_ms: int) -> Check | None:
    """The check that was due last when the wound was looked at."""
    return max((check for check in checks if check.from_ms <= done_ms), key=lambda check: check.from_ms, default=None)


def _late(late: list[Check], now_ms: int) -> Finding:
    names = ", ".join(each.name for each in late)
    return LATE.finding(
        field="checked_ms",
        says=f"Not done: the wound check of {names}, {show_duration(now_ms - late[0].late_ms)} late.",
        remedy="Look at wound and system today, and write down what was seen.",
        urgency=Urgency.TODAY,
    )
