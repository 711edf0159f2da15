"""The search for the cause: in order, hardware before dose, no injection into a catheter that holds drug."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules
from tests.house.test_citations import leads

from thecal.care.search import (
    RULES,
    SEARCH,
    Result,
    SearchCase,
    StepResult,
    judge_search,
    next_step,
    result_of,
)
from thecal.findings import Severity, worst

ANSWERS = (True, False, None)
STEPS = range(17)
RESULTS = st.lists(st.builds(StepResult, step=st.sampled_from(STEPS), result=st.sampled_from(Result)), max_size=30).map(
    tuple
)


def sound(*steps: int) -> tuple[StepResult, ...]:
    """These steps done, with nothing found."""
    return tuple(StepResult(step=step, result=Result.SOUND) for step in steps)


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
