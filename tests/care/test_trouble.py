"""The search for the cause: in order, hardware before dose, no injection into a catheter that holds drug."""

import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules
from tests.house.test_citations import leads

from thecal.care.search import SEARCH, Result, SearchCase, StepResult, judge_search, next_step, result_of
from thecal.care.trouble import RULES, ContrastCase, SignsCase, judge_contrast, judge_signs
from thecal.findings import Severity, Urgency, most_urgent, worst

ANSWERS = (True, False, None)
STEPS = range(17)
RESULTS = st.lists(st.builds(StepResult, step=st.sampled_from(STEPS), result=st.sampled_from(Result)), max_size=30).map(
    tuple
)
SIGNS = st.builds(
    SignsCase,
    tone_rises_fast=st.sampled_from(ANSWERS),
    unstable=st.sampled_from(ANSWERS),
    floppy=st.sampled_from(ANSWERS),
    drowsy=st.sampled_from(ANSWERS),
)


def sound(*steps: int) -> tuple[StepResult, ...]:
    """These steps done, with nothing found."""
    return tuple(StepResult(step=step, result=Result.SOUND) for step in steps)


def urgency(case: SignsCase) -> int:
    """0 where nobody must act."""
    return most_urgent(judge_signs(case)) or 0


def test_the_steps_stand_in_order_and_lead_somewhere() -> None:
    """Seventeen, numbered by their place; each says what it asks and whose advice it is."""
    assert [step.number for step in SEARCH] == list(STEPS)
    assert all(step.do and step.asks and step.yields and leads(step.source) for step in SEARCH)


def test_the_order_is_emergency_history_pump_reservoir_pictures_port_surgery() -> None:
    """The panel's order: what costs nothing first, what cuts last."""
    order = [
        "emergency", "history", "Examine", "provokes", "blood", "Interrogate", "reservoir", "X-rays", "rotor",
        "access port", "contrast", "tracer", "pressure", "Three", "lumbar", "drug in", "surgery",
    ]  # fmt: skip
    assert [word for step, word in zip(SEARCH, order, strict=True) if word not in step.do] == []


def test_no_step_names_a_dose() -> None:
    """A dose is a prescriber's, never this page's."""
    text = " ".join(f"{step.do} {step.asks} {step.yields}" for step in SEARCH)
    text += " ".join(rule.asks for rule in RULES)
    assert re.search(r"\d\s*(mcg|mg|µg|micrograms?|mL|ml)\b|\d\s*%\s*(more|less|higher|lower)", text) is None


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({}, 0),
        ({"tone_rises_fast": True, "unstable": True}, Urgency.NOW),
        ({"floppy": True, "drowsy": True}, Urgency.NOW),
        ({"drowsy": True}, Urgency.NOW),
        ({"tone_rises_fast": True, "unstable": None}, Urgency.NOW),
        ({"tone_rises_fast": None, "unstable": True}, Urgency.NOW),
        ({"floppy": True, "drowsy": None}, Urgency.NOW),
        ({"floppy": True}, Urgency.TODAY),
        ({"tone_rises_fast": True}, Urgency.TODAY),
        ({"unstable": True}, Urgency.TODAY),
        ({"tone_rises_fast": True, "floppy": True}, Urgency.TODAY),
        ({"tone_rises_fast": None}, Urgency.TODAY),
        ({"unstable": None}, Urgency.TODAY),
        ({"floppy": None}, Urgency.TODAY),
        ({"drowsy": None}, Urgency.TODAY),
    ],
)
def test_the_first_look_tells_an_emergency_from_a_search(seen: dict[str, bool | None], expected: int) -> None:
    """Both of a pair, or one while nobody looked for the other, and drowsiness alone: now."""
    calm = SignsCase(tone_rises_fast=False, unstable=False, floppy=False, drowsy=False)
    found = judge_signs(replace(calm, **seen))
    assert (most_urgent(found) or 0) == expected
    assert ("trouble.looks_alike" in rules(found)) == (True in seen.values())


@given(case=SIGNS, name=st.sampled_from(["tone_rises_fast", "unstable", "floppy", "drowsy"]))
def test_a_sign_or_an_unknown_never_asks_for_less_than_its_absence(case: SignsCase, name: str) -> None:
    """More danger never asks for less; not known is not no."""
    without = urgency(replace(case, **{name: False}))
    assert urgency(replace(case, **{name: True})) >= without
    assert urgency(replace(case, **{name: None})) >= max(without, Urgency.TODAY)


@pytest.mark.parametrize(("injects", "aspirated"), list(product(ANSWERS, ANSWERS)))
def test_nothing_is_injected_before_the_catheter_was_aspirated(injects: bool | None, aspirated: bool | None) -> None:
    """Only a catheter that is known to be aspirated takes an injection without two people."""
    found = judge_contrast(ContrastCase(injects=injects, aspirated=aspirated))
    if injects is True:
        assert bool(found) == (aspirated is not True)
        assert worst(found) is (None if aspirated is True else Severity.TWO_PEOPLE)
    if injects is False:
        assert found == []


@pytest.mark.parametrize("result", [None, *Result])
@pytest.mark.parametrize("step", [5, 6, 7])
def test_a_dose_is_raised_after_pump_reservoir_and_catheter_were_found_sound(step: int, result: Result | None) -> None:
    """One of the three missing, faulty or not possible, and the increase wants a reason."""
    others = sound(*(each for each in range(9) if each != step))
    results = others if result is None else (*others, StepResult(step=step, result=result))
    found = judge_search(SearchCase(results=results, raises_dose=True))
    assert ("trouble.hardware_first" in rules(found)) == (result is not Result.SOUND)
    assert "trouble.hardware_first" not in rules(judge_search(SearchCase(results=results, raises_dose=False)))


def test_the_last_word_on_a_step_stands() -> None:
    """A step that was done again is what it was found the last time."""
    again = (StepResult(step=5, result=Result.FAULT), StepResult(step=5, result=Result.SOUND))
    assert result_of(again, 5) is Result.SOUND
    assert result_of(again[::-1], 5) is Result.FAULT
    assert result_of(again, 6) is None


def test_what_was_passed_over_is_named() -> None:
    """A reservoir that nobody emptied is not taken for sound."""
    found = judge_search(SearchCase(results=sound(0, 1, 2, 3, 4, 5, 7)))
    assert rules(found) == ["trouble.skipped"]
    assert "6 empty the reservoir" in found[0].says
    assert judge_search(SearchCase(results=sound(*range(8)))) == []


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_of_pump_or_catheter_means_a_low_restart(step: int) -> None:
    """From the read-out on; an infection or a sore is no fault of the pump. A revision always is."""
    found = judge_search(SearchCase(results=(*sound(*range(step)), StepResult(step=step, result=Result.FAULT))))
    assert ("trouble.restart_low" in rules(found)) == (step >= 5)


@given(results=RESULTS)
def test_the_next_step_is_not_done_and_never_contrast_into_an_unaspirated_catheter(
    results: tuple[StepResult, ...],
) -> None:
    """Every earlier step is done, save the injection where nothing could be aspirated."""
    step = next_step(results)
    done = {each.step for each in results}
    aspirated = result_of(results, 9) is Result.SOUND
    left = [number for number in STEPS if number not in done and (number != 10 or aspirated)]
    assert (None if step is None else step.number) == (left[0] if left else None)


@given(results=RESULTS, raises=st.sampled_from(ANSWERS))
def test_the_search_never_blocks(results: tuple[StepResult, ...], raises: bool | None) -> None:
    """It is advice; a reason at most."""
    found = judge_search(SearchCase(results=results, raises_dose=raises))
    assert not blocks(found)
    assert (worst(found) or Severity.NOTE) <= Severity.REASON
