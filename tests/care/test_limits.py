"""The rules' numbers: each with a birthplace, and only sourced ones block."""

import pytest

from thecal.care.limits import NUMBERS, hardest
from thecal.findings import Severity
from thecal.sources import GRADES, Sourced


@pytest.mark.parametrize("number", NUMBERS.values(), ids=lambda number: number.name)
def test_every_number_says_where_it_comes_from(number: Sourced) -> None:
    """A whole number above zero, with a unit, a source and a grade."""
    assert number.whole() > 0
    assert number.unit
    assert number.source
    assert number.grade in GRADES


def test_one_assumed_number_takes_the_block_away() -> None:
    """A rule is as hard as the worst known of its numbers."""
    known = Sourced(name="known", value=1, unit="nL", source="a label", grade="label")
    guess = Sourced(name="guess", value=1, unit="nL", source="a guess", grade="assumed")
    assert hardest(known) is Severity.BLOCK
    assert hardest(known, guess) is Severity.TWO_PEOPLE
