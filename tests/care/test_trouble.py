"""The first look at trouble, and nothing injected into a catheter that holds drug."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import rules

from thecal.care.trouble import ContrastCase, SignsCase, judge_contrast, judge_signs
from thecal.findings import Severity, Urgency, most_urgent, worst

ANSWERS = (True, False, None)
SIGNS = st.builds(
    SignsCase,
    tone_rises_fast=st.sampled_from(ANSWERS),
    unstable=st.sampled_from(ANSWERS),
    floppy=st.sampled_from(ANSWERS),
    drowsy=st.sampled_from(ANSWERS),
)


def urgency(case: SignsCase) -> int:
    """0 where nobody must act."""
    return most_urgent(judge_signs(case)) or 0


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
    danger = aspirated is not True and (injects is True or (injects is None and aspirated is False))
    assert rules(found) == (["trouble.contrast"] if danger else [])
    assert worst(found) is (Severity.TWO_PEOPLE if danger else None)
    if danger:
        assert ("is not known" in found[0].says) == (aspirated is None)
