"""Tone against function: what a dose took is seen before it is raised, and nobody is taken for well unexamined."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules

from thecal.care.response import ResponseCase, Trend, judge_response
from thecal.findings import Finding, Severity, Urgency, worst

WELL = ResponseCase(
    tone=Trend.LESS, spasms=Trend.LESS, strength=Trend.SAME, could_stand=True, can_stand=True, drowsy=False,
    breathing_slow=False, dizzy=False, nausea=False, headache=False, cannot_pass_urine=False, raises=True,
)  # fmt: skip
ENTRIES = [field.name for field in fields(ResponseCase) if field.name != "raises"]
ANSWERS = st.none() | st.booleans()
TRENDS = st.none() | st.sampled_from(Trend)
CASES = st.builds(
    ResponseCase, tone=TRENDS, spasms=TRENDS, strength=TRENDS, could_stand=ANSWERS, can_stand=ANSWERS, drowsy=ANSWERS,
    breathing_slow=ANSWERS, dizzy=ANSWERS, nausea=ANSWERS, headache=ANSWERS, cannot_pass_urine=ANSWERS,
    raises=st.booleans(),
)  # fmt: skip


def seen(**change: Any) -> list[Finding]:
    """Somebody who does well at a dose that is to be raised, but for what is named."""
    return judge_response(replace(WELL, **change))


def test_a_dose_that_does_well_asks_for_nothing() -> None:
    """Less tone, the same strength, standing, no side effect."""
    assert seen() == []


@pytest.mark.parametrize("could", [True, False, None])
@pytest.mark.parametrize("can", [True, False, None])
def test_who_can_no_longer_stand_is_seen_before_the_dose_is_raised(could: bool | None, can: bool | None) -> None:
    """Two people, today; who could not stand before has lost nothing, and an unknown before is no no."""
    found = [each for each in seen(could_stand=could, can_stand=can) if each.rule == "titration.cannot_stand"]
    lost = can is False and could is not False
    assert [(each.severity, each.urgency) for each in found] == ([(Severity.TWO_PEOPLE, Urgency.TODAY)] if lost else [])


@pytest.mark.parametrize("strength", [*Trend, None])
def test_who_is_weaker_has_a_reason_before_the_dose_is_raised(strength: Trend | None) -> None:
    """Only weaker than before."""
    assert ("titration.weaker" in rules(seen(strength=strength))) == (strength is Trend.LESS)


@pytest.mark.parametrize(
    ("drowsy", "slow", "urgency"),
    [
        (False, False, None),
        (None, None, None),
        (True, False, Urgency.TODAY),
        (True, None, Urgency.TODAY),
        (False, True, Urgency.NOW),
        (None, True, Urgency.NOW),
        (True, True, Urgency.NOW),
    ],
)
def test_sleep_is_today_and_slow_breath_is_now(drowsy: bool | None, slow: bool | None, urgency: Urgency | None) -> None:
    """Either may be too much baclofen, whatever is planned."""
    for raises in (True, False):
        found = [
            each for each in seen(drowsy=drowsy, breathing_slow=slow, raises=raises) if each.rule == "titration.sedated"
        ]
        assert [each.urgency for each in found] == ([urgency] if urgency else [])
        assert all(each.severity is (Severity.TWO_PEOPLE if raises else Severity.NOTE) for each in found)


@pytest.mark.parametrize("entry", ["dizzy", "nausea", "headache", "cannot_pass_urine"])
def test_each_side_effect_is_named_and_has_a_reason(entry: str) -> None:
    """Its entry, a reason before the dose is raised, a note otherwise."""
    raised, kept = seen(**{entry: True}), seen(**{entry: True}, raises=False)
    assert [(each.rule, each.field, each.severity) for each in raised + kept] == [
        ("titration.side_effects", entry, Severity.REASON),
        ("titration.side_effects", entry, Severity.NOTE),
    ]


@pytest.mark.parametrize("entry", ENTRIES)
def test_what_nobody_looked_at_is_said(entry: str) -> None:
    """Each entry that is left open is a note of its own, and never taken for a no."""
    found = [each for each in seen(**{entry: None}) if each.rule == "titration.unexamined"]
    assert [each.field for each in found] == [entry]


@given(case=CASES)
def test_writing_it_down_asks_for_nothing(case: ResponseCase) -> None:
    """Where the dose is not to be raised there are notes alone; nothing ever blocks, and nothing is lost by raising."""
    kept, raised = judge_response(replace(case, raises=False)), judge_response(replace(case, raises=True))
    assert worst(kept) in {None, Severity.NOTE}
    assert not blocks(raised)
    assert [each.rule for each in kept] == [each.rule for each in raised]
    assert [each.urgency for each in kept] == [each.urgency for each in raised]
