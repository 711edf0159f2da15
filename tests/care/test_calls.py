"""Calls: red flags are now, amber flags today, and what nobody could say is never taken for no."""

from dataclasses import asdict, replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import around, rules

from thecal.care.calls import (
    RULES,
    CallCase,
    Page,
    Sound,
    call_back_by_ms,
    judge_call,
    least_urgency,
    pages_for,
)
from thecal.findings import Severity, Urgency
from thecal.units import DAY_MS, HOUR_MS

QUIET = CallCase(
    breathing=False, sleepy=False, stiff=False, itch=False, fever=False, sound=Sound.NONE, refill_missed=False
)
ANSWERS = st.sampled_from([True, False, None])
CASES = st.builds(
    CallCase,
    breathing=ANSWERS,
    sleepy=ANSWERS,
    stiff=ANSWERS,
    itch=ANSWERS,
    fever=ANSWERS,
    sound=st.sampled_from([*Sound, None]),
    refill_missed=ANSWERS,
    since_refill_ms=st.none() | st.integers(0, 400 * DAY_MS),
)
ANSWERED = ("breathing", "sleepy", "stiff", "itch", "fever", "refill_missed")


def urgency(case: CallCase) -> Urgency:
    """The least urgency of the case."""
    return least_urgency(judge_call(case))


def told_also(case: CallCase, **told: Any) -> CallCase:
    """The case with these answers."""
    return replace(case, **told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, Urgency.NEXT_VISIT),
        ({"breathing": True}, Urgency.NOW),
        ({"sleepy": True}, Urgency.NOW),
        ({"fever": True}, Urgency.NOW),
        ({"stiff": True, "itch": True}, Urgency.NOW),
        ({"sound": Sound.TWO_TONE}, Urgency.NOW),
        ({"refill_missed": True}, Urgency.NOW),
        ({"stiff": True}, Urgency.TODAY),
        ({"itch": True}, Urgency.TODAY),
        ({"stiff": True, "itch": None}, Urgency.TODAY),
        ({"sound": Sound.SINGLE}, Urgency.TODAY),
        ({"sound": Sound.UNCLEAR}, Urgency.TODAY),
        ({"sound": None}, Urgency.TODAY),
        *(({name: None}, Urgency.TODAY) for name in ANSWERED),
    ],
)
def test_answers_set_the_least_urgency_and_say_why(told: dict[str, Any], expected: Urgency) -> None:
    """The red flags that families are taught are now; everything that nobody could say is today."""
    found = judge_call(replace(QUIET, **told))
    assert least_urgency(found) is expected
    assert bool(found) == bool(told)
    assert all(each.remedy for each in found)


def expected(case: CallCase) -> set[str]:
    """What the sheet for families and the lists of alarms say, written down once more: only a yes is a sign."""
    signs = {
        "call.breathing": case.breathing is True,
        "call.sleepy": case.sleepy is True,
        "call.fever": case.fever is True,
        "call.withdrawal": (case.stiff, case.itch) == (True, True),
        "call.stiff_or_itching": (case.stiff, case.itch) in {(True, False), (True, None), (False, True), (None, True)},
        "call.two_tone": case.sound is Sound.TWO_TONE,
        "call.single_beep": case.sound is Sound.SINGLE,
        "call.sound": case.sound is Sound.UNCLEAR,
        "call.refill_missed": case.refill_missed is True,
    }
    answers = (case.breathing, case.sleepy, case.fever, case.stiff, case.itch, case.sound, case.refill_missed)
    signs["call.not_known"] = any(answer is None for answer in answers)
    signs["call.after_refill"] = case.since_refill_ms == 1 and True in answers[:5]
    return {name for name, there in signs.items() if there}


@pytest.mark.parametrize("sound", [*Sound, None])
@pytest.mark.parametrize("since_ms", [None, 1])
def test_every_set_of_answers_finds_what_it_should(sound: Sound | None, since_ms: int | None) -> None:
    """All 729 of them for each sound: no sign is read out of an answer that is not there."""
    for answers in product((True, False, None), repeat=6):
        told = dict(zip(ANSWERED, answers, strict=True))
        case = CallCase(**told, sound=sound, since_refill_ms=since_ms)
        found = judge_call(case)
        assert set(rules(found)) == expected(case), case
        assert all(each.urgency in {Urgency.NOW, Urgency.TODAY} for each in found)
        fields = {each.rule: each.field for each in found}
        if "call.stiff_or_itching" in fields:
            assert told[fields["call.stiff_or_itching"]] is True


@pytest.mark.parametrize("since_ms", around(180 * DAY_MS))
def test_a_filling_that_is_too_old_is_a_missed_refill(since_ms: int) -> None:
    """Past 180 days, whatever the caller says about missing one."""
    found = judge_call(replace(QUIET, since_refill_ms=since_ms))
    assert rules(found) == (["call.refill_missed"] if since_ms > 180 * DAY_MS else [])


@pytest.mark.parametrize("since_ms", around(72 * HOUR_MS))
def test_signs_soon_after_a_refill_ask_what_was_done(since_ms: int) -> None:
    """Up to 72 hours after somebody worked on the pump."""
    case = replace(QUIET, stiff=True, since_refill_ms=since_ms)
    assert ("call.after_refill" in rules(judge_call(case))) == (since_ms <= 72 * HOUR_MS)
    assert "call.after_refill" not in rules(judge_call(replace(case, stiff=False)))


@given(case=CASES, name=st.sampled_from(ANSWERED))
def test_a_sign_or_an_unknown_never_asks_for_less_than_a_no(case: CallCase, name: str) -> None:
    """More danger never asks for less, and not known is not no."""
    without = urgency(told_also(case, **{name: False}))
    assert urgency(told_also(case, **{name: None})) >= max(without, Urgency.TODAY)
    assert urgency(told_also(case, **{name: True})) >= without


@given(case=CASES)
def test_two_tones_never_ask_for_less_than_one(case: CallCase) -> None:
    """Two tones, one tone or a sound nobody can name, none."""
    two, one, unclear, none = (
        urgency(replace(case, sound=sound)) for sound in (Sound.TWO_TONE, Sound.SINGLE, Sound.UNCLEAR, Sound.NONE)
    )
    assert two is Urgency.NOW
    assert min(one, unclear) >= max(none, Urgency.TODAY)


@given(case=CASES)
def test_a_call_is_always_written_down_and_the_worst_stands_first(case: CallCase) -> None:
    """Notes with an urgency, sorted; every unknown is named."""
    found = judge_call(case)
    assert {each.severity for each in found} <= {Severity.NOTE}
    urgencies = [each.urgency or 0 for each in found]
    assert urgencies == sorted(urgencies, reverse=True)
    answers = asdict(case)
    unknown = any(answers[name] is None for name in (*ANSWERED, "sound"))
    assert ("call.not_known" in rules(found)) == unknown


def test_calling_back_is_sooner_the_more_urgent() -> None:
    """A quarter of an hour, four hours, a week."""
    waits = [call_back_by_ms(each, received_ms=1_000) - 1_000 for each in (Urgency.NOW, Urgency.TODAY)]
    assert waits == [15 * 60_000, 4 * HOUR_MS]
    assert call_back_by_ms(Urgency.NEXT_VISIT, received_ms=0) == 7 * DAY_MS


@pytest.mark.parametrize(
    ("told", "pages"),
    [
        ({}, ()),
        ({"breathing": True}, (Page.TOO_MUCH,)),
        ({"sleepy": True, "itch": True}, (Page.TOO_MUCH, Page.TOO_LITTLE)),
        ({"refill_missed": True}, (Page.TOO_LITTLE,)),
        ({"sound": Sound.SINGLE}, (Page.ALARM,)),
        ({"sound": Sound.UNCLEAR}, (Page.ALARM,)),
        ({"fever": True}, (Page.WOUND_AND_FEVER,)),
        ({"breathing": None, "sleepy": None, "stiff": None, "itch": None, "fever": None, "sound": None}, ()),
        ({"refill_missed": None}, ()),
    ],
)
def test_the_emergency_pages_that_apply_are_named(told: dict[str, Any], pages: tuple[Page, ...]) -> None:
    """One page for each kind of sign."""
    assert pages_for(replace(QUIET, **told)) == pages


def test_no_rule_about_a_call_refuses_the_call() -> None:
    """A call in danger is written down first."""
    assert {rule.severity for rule in RULES} == {Severity.NOTE}
