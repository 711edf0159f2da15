"""Errors say whose fault it is, what is wrong, and what to do next."""

import subprocess
import sys

import pytest

from thecal.errors import BadInput, LinkLost, OurFault, ThecalError, TheirFault


def test_the_family_itself_is_never_raised() -> None:
    """An error that does not say whose fault it is helps nobody."""
    with pytest.raises(TypeError, match="whose fault"):
        ThecalError("something")


@pytest.mark.parametrize("kind", [OurFault, TheirFault, LinkLost])
def test_what_is_wrong_and_what_to_do_stand_apart(kind: type[ThecalError]) -> None:
    """A screen can show the remedy on its own, and one line holds both as two sentences."""
    error = kind("The frame was cut short.", remedy="Interrogate again.")
    assert (error.says, error.remedy) == ("The frame was cut short.", "Interrogate again.")
    assert str(error) == "The frame was cut short. Interrogate again."
    assert str(kind("no end")) == "no end."


def test_bad_input_names_its_field() -> None:
    """A form can set the sentence beside the field, and a command line can print it as it is."""
    error = BadInput("dose", "'5' has no unit", remedy="Write it like this: 300 mcg/day.")
    assert error.field == "dose"
    assert str(error) == "dose: '5' has no unit. Write it like this: 300 mcg/day."


def test_the_four_faults_are_apart() -> None:
    """Who catches one never catches another by accident."""
    kinds = [OurFault, TheirFault, BadInput, LinkLost]
    assert [[issubclass(a, b) for b in kinds] for a in kinds] == [[a is b for b in kinds] for a in kinds]


def test_thecal_does_not_run_with_its_assertions_off() -> None:
    """`python -O` would switch off the checks that guard doses, so it is refused in one sentence."""
    answer = subprocess.run(
        [sys.executable, "-O", "-c", "import thecal.units"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert "run Python without -O" in answer.stderr
