"""Wound checks: when they are due, which signs are somebody's now, and that an infected pump can always come out."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import around, blocks, rules

from thecal.care.wound import RULES, InfectionCase, Leak, SignsCase, judge_infection, judge_signs
from thecal.care.wound_checks import ScheduleCase, checks_after, due_checks, judge_schedule, next_check
from thecal.findings import Severity, Urgency, most_urgent, worst
from thecal.units import DAY_MS

ANSWERS = st.sampled_from([True, False, None])
LEAKS = st.sampled_from([*Leak, None])
WELL = SignsCase(
    swelling=False,
    redness=False,
    leak=Leak.NONE,
    fever=False,
    postural_headache=False,
    drowsiness=False,
    neck_stiffness=False,
)
SIGNS = st.builds(
    SignsCase,
    swelling=ANSWERS,
    redness=ANSWERS,
    leak=LEAKS,
    fever=ANSWERS,
    postural_headache=ANSWERS,
    drowsiness=ANSWERS,
    neck_stiffness=ANSWERS,
)


def urgency(case: SignsCase) -> int:
    """0 where nobody must act, else the urgency."""
    return most_urgent(judge_signs(case)) or 0


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


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 0),
        ({"fever": True, "neck_stiffness": True}, Urgency.NOW),
        ({"fever": True, "drowsiness": True}, Urgency.NOW),
        ({"fever": True, "neck_stiffness": None}, Urgency.NOW),
        ({"fever": True, "drowsiness": None}, Urgency.NOW),
        ({"fever": None, "neck_stiffness": True}, Urgency.NOW),
        ({"drowsiness": True}, Urgency.NOW),
        ({"fever": True, "redness": True}, Urgency.NOW),
        ({"fever": True, "swelling": True}, Urgency.NOW),
        ({"fever": True, "leak": Leak.CLEAR}, Urgency.NOW),
        ({"fever": True, "leak": Leak.OTHER}, Urgency.NOW),
        ({"fever": True}, Urgency.TODAY),
        ({"neck_stiffness": True}, Urgency.TODAY),
        ({"leak": Leak.CLEAR}, Urgency.TODAY),
        ({"leak": Leak.OTHER}, Urgency.TODAY),
        ({"postural_headache": True}, Urgency.TODAY),
        ({"redness": True}, Urgency.TODAY),
        ({"swelling": True}, Urgency.TODAY),
        *(({name: None}, Urgency.TODAY) for name in asdict(WELL)),
    ],
)
def test_each_sign_has_its_urgency(changed: dict[str, bool | None], expected: int) -> None:
    """Meningitis and an infected system now; a leak, a headache, a red wound and every unknown today."""
    assert urgency(replace(WELL, **changed)) == expected  # type: ignore[arg-type]  # the leak's values too


@given(case=SIGNS, name=st.sampled_from(sorted(asdict(WELL))))
def test_a_present_sign_or_an_unknown_one_never_asks_for_less_than_an_absent_one(case: SignsCase, name: str) -> None:
    """More danger never asks for less, and not known is not no."""
    absent: Leak | bool = Leak.NONE if name == "leak" else False
    present: Leak | bool = Leak.CLEAR if name == "leak" else True
    without = urgency(replace(case, **{name: absent}))  # type: ignore[arg-type]  # a leak or a yes
    assert urgency(replace(case, **{name: None})) >= without
    assert urgency(replace(case, **{name: present})) >= without  # type: ignore[arg-type]  # a leak or a yes


@given(case=SIGNS)
def test_a_check_is_written_down_whatever_was_seen(case: SignsCase) -> None:
    """Findings about signs are notes with an urgency; an unknown one is always named."""
    found = judge_signs(case)
    assert {each.severity for each in found} <= {Severity.NOTE}
    assert ("wound.unknown" in rules(found)) == (None in asdict(case).values())


@given(infected=ANSWERS, planned=ANSWERS, plan=ANSWERS)
def test_an_infected_pump_can_always_come_out(infected: bool | None, planned: bool | None, plan: bool | None) -> None:
    """No block; without a written plan against withdrawal two people."""
    found = judge_infection(InfectionCase(infected=infected, removal_planned=planned, withdrawal_plan=plan))
    assert not blocks(found)
    assert ("wound.infected_system" in rules(found)) == (infected is True)
    if planned is True:
        assert worst(found) is not Severity.TWO_PEOPLE or plan is not True
        assert ("wound.no_withdrawal_plan" in rules(found)) == (plan is not True)


def test_an_infected_system_is_the_surgeons_now_and_asks_for_the_plan_before_the_removal() -> None:
    """Also while nobody has said yet whether the pump will come out."""
    found = judge_infection(InfectionCase(infected=True))
    assert most_urgent(found) is Urgency.NOW
    assert rules(found) == ["wound.infected_system", "wound.no_withdrawal_plan"]
    assert worst(found) is Severity.NOTE
    planned = judge_infection(InfectionCase(infected=True, removal_planned=True, withdrawal_plan=False))
    assert worst(planned) is Severity.TWO_PEOPLE


def test_no_rule_here_blocks() -> None:
    """Two people at most."""
    assert max(rule.severity for rule in RULES) is Severity.TWO_PEOPLE
