"""Follow-up: when it is due, what counts as one, and what is asked of home."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import around, blocks, rules

from thecal.canonical import from_plain, to_plain
from thecal.care.follow_up import (
    QUESTIONS,
    RULES,
    Adherence,
    Due,
    FollowUp,
    Interval,
    counts,
    judge_due,
    judge_follow_up,
    next_due_ms,
)
from thecal.errors import TheirFault
from thecal.findings import Finding, Severity
from thecal.units import DAY_MS

DAYS = {None: 365, Interval.ONCE_A_YEAR: 365, Interval.TWICE_A_YEAR: 182}
"""A year at the latest, half a year where that was chosen."""
ANSWERS = st.none() | st.booleans()
INTERVALS = st.none() | st.sampled_from(Interval)
CASES = st.builds(
    FollowUp,
    at_ms=st.just(0),
    interval=INTERVALS,
    only_refilled=ANSWERS,
    examined=ANSWERS,
    pump_read=ANSWERS,
    has_plan=ANSWERS,
    provider=st.sampled_from(["", " ", "Out-patient clinic"]),
    exercises=st.none() | st.sampled_from(Adherence),
    next_ms=st.none() | st.integers(1, 900 * DAY_MS),
)
WHOLE: dict[str, object] = {
    "at_ms": 0, "interval": None, "only_refilled": False, "examined": True, "pump_read": True, "has_plan": True,
    "provider": "Out-patient clinic", "exercises": Adherence.AS_PLANNED, "next_ms": 100 * DAY_MS,
}  # fmt: skip


def judged(**change: object) -> list[Finding]:
    """A whole follow-up, unless said otherwise."""
    return judge_follow_up(FollowUp(**{**WHOLE, **change}))  # type: ignore[arg-type]  # the tests' own table


@pytest.mark.parametrize("interval", list(DAYS))
def test_a_follow_up_is_overdue_a_year_or_half_a_year_after_the_last(interval: Interval | None) -> None:
    """On the day it is due nothing is asked, a millisecond later it is; where nothing was chosen, after a year."""
    limit = DAYS[interval] * DAY_MS
    for since in (*around(limit), *around(limit, step=DAY_MS), 0, 9_000 * DAY_MS):
        found = rules(judge_due(Due(now_ms=since, last_ms=0, interval=interval)))
        assert found == (["follow_up.overdue"] if since > limit else []), since
    assert next_due_ms(last_ms=7, interval=interval, now_ms=9) == 7 + limit


@given(now_ms=st.integers(0, 4_000_000_000_000), interval=INTERVALS)
def test_a_last_follow_up_that_nobody_knows_is_due_now(now_ms: int, interval: Interval | None) -> None:
    """Unknown is said, and is never *not due*."""
    assert rules(judge_due(Due(now_ms=now_ms, interval=interval))) == ["follow_up.last_unknown"]
    assert next_due_ms(last_ms=None, interval=interval, now_ms=now_ms) == now_ms


@given(last_ms=st.integers(0, 10**12), waited=st.integers(0, 10**12), more=st.integers(0, 10**12), interval=INTERVALS)
def test_waiting_longer_never_asks_for_less(last_ms: int, waited: int, more: int, interval: Interval | None) -> None:
    """What is overdue stays overdue, and twice a year is never due later than once."""
    sooner = judge_due(Due(now_ms=last_ms + waited, last_ms=last_ms, interval=interval))
    later = judge_due(Due(now_ms=last_ms + waited + more, last_ms=last_ms, interval=interval))
    assert set(rules(sooner)) <= set(rules(later))
    twice = next_due_ms(last_ms=last_ms, interval=Interval.TWICE_A_YEAR, now_ms=0)
    assert twice < next_due_ms(last_ms=last_ms, interval=interval, now_ms=0) or interval is Interval.TWICE_A_YEAR


def test_a_whole_follow_up_asks_for_nothing() -> None:
    """And it counts."""
    assert judged() == []
    assert counts(FollowUp(**WHOLE))  # type: ignore[arg-type]  # the tests' own table


@pytest.mark.parametrize("only_refilled", [None, False, True])
@pytest.mark.parametrize("examined", [None, False, True])
def test_only_an_examination_that_was_more_than_a_refill_counts(
    only_refilled: bool | None, examined: bool | None
) -> None:
    """A home refill moves no date, nor does a visit of which nobody knows what it was."""
    found = {each.rule: each.severity for each in judged(only_refilled=only_refilled, examined=examined)}
    case = FollowUp(at_ms=0, only_refilled=only_refilled, examined=examined)
    assert counts(case) == (only_refilled is False and examined is True)
    assert (
        found.get("follow_up.refill_only") == {None: Severity.NOTE, True: Severity.REASON, False: None}[only_refilled]
    )
    assert found.get("follow_up.not_examined") == {None: Severity.NOTE, False: Severity.REASON, True: None}[examined]
    assert counts(case) == (not found)


@pytest.mark.parametrize("pump_read", [None, False, True])
def test_a_pump_that_was_not_read_is_noted(pump_read: bool | None) -> None:
    """Unknown as well."""
    assert rules(judged(pump_read=pump_read)) == ([] if pump_read else ["follow_up.pump_not_read"])


@pytest.mark.parametrize("has_plan", [None, False, True])
@pytest.mark.parametrize("provider", ["", "  ", "Home physiotherapy"])
def test_a_rehabilitation_plan_has_a_name_to_it(has_plan: bool | None, provider: str) -> None:
    """No plan asks for a reason; a plan of nobody's, or an unknown one, is noted."""
    found = [(each.rule, each.severity) for each in judged(has_plan=has_plan, provider=provider)]
    if has_plan and provider.strip():
        assert found == []
    else:
        assert found == [("follow_up.no_plan", Severity.REASON if has_plan is False else Severity.NOTE)]


@pytest.mark.parametrize("exercises", [None, *Adherence])
def test_exercises_that_are_not_done_are_asked_about(exercises: Adherence | None) -> None:
    """As planned and mostly are enough; less, none, or unknown is noted, never more than that."""
    enough = exercises in {Adherence.AS_PLANNED, Adherence.MOSTLY}
    found = [(each.rule, each.severity) for each in judged(exercises=exercises)]
    assert found == ([] if enough else [("follow_up.exercises", Severity.NOTE)])


@pytest.mark.parametrize("interval", list(DAYS))
def test_the_next_follow_up_is_soon_enough(interval: Interval | None) -> None:
    """To the day and the millisecond; no date at all is noted."""
    limit = DAYS[interval] * DAY_MS
    for ahead in (*around(limit), *around(limit, step=DAY_MS), 1):
        found = [(each.rule, each.severity) for each in judged(interval=interval, next_ms=ahead)]
        assert found == ([("follow_up.next_late", Severity.REASON)] if ahead > limit else []), ahead
    assert rules(judged(interval=interval, next_ms=None)) == ["follow_up.next_unknown"]


@given(case=CASES)
def test_writing_a_follow_up_down_is_never_blocked(case: FollowUp) -> None:
    """One person writes down what happened; every finding is of this module's rules."""
    found = judge_follow_up(case)
    assert not blocks(found)
    assert all(each.severity <= Severity.REASON for each in found)
    assert set(rules(found)) <= {rule.name for rule in RULES}


@given(case=CASES)
def test_a_follow_up_is_read_from_plain_data(case: FollowUp) -> None:
    """The command line's questions take back what was written."""
    assert QUESTIONS["follow_up.record"] == (FollowUp, judge_follow_up)
    assert from_plain(FollowUp, to_plain(case)) == case


def test_dates_out_of_order_are_refused() -> None:
    """No last follow-up in the future, and no next one in the past."""
    for kind, plain in (
        (Due, {"type": "Due", "now_ms": 5, "last_ms": 6, "interval": None}),
        (FollowUp, {**to_plain(FollowUp(at_ms=5)), "next_ms": 5}),
    ):
        with pytest.raises(TheirFault):
            from_plain(kind, plain)
