"""Every number has a birthplace, and says it."""

import pytest

from thecal.sources import GRADES, Grade, Sourced, register


def sourced(
    value: float = 140_000, *, name: str = "tubing", grade: Grade = "maker", source: str = "a notice"
) -> Sourced:
    """A number that is right unless told otherwise."""
    return Sourced(name=name, value=value, unit="nL", source=source, grade=grade)


def test_a_number_tells_its_value_unit_and_source() -> None:
    """As people read them, never in powers of ten: a reader compares them with a label."""
    assert str(sourced(20_000_000)) == "tubing 20\u00a0mL (a notice)"
    assert str(sourced(0.25)) == "tubing 0.25\u00a0nL (a notice)"


def test_an_assumed_number_says_so() -> None:
    """Nobody may mistake a guess for a fact."""
    assert str(sourced(grade="assumed")) == "tubing 0.14\u00a0mL (a notice, assumed)"


@pytest.mark.parametrize("grade", [grade for grade in GRADES if grade != "assumed"])
def test_the_other_grades_carry_no_such_mark(grade: Grade) -> None:
    """The mark would be worth nothing if it stood everywhere."""
    assert "assumed" not in str(sourced(grade=grade))


def test_a_number_without_source_or_with_an_unknown_grade_cannot_be_made() -> None:
    """A number with no birthplace does not exist here."""
    with pytest.raises(AssertionError, match="needs a source"):
        sourced(source="")
    with pytest.raises(AssertionError, match="unknown grade"):
        sourced(grade="rumour")  # type: ignore[arg-type] # the very mistake that is tested


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_cannot_be_one(value: float) -> None:
    """A limit that is not a number would let everything pass."""
    with pytest.raises(AssertionError, match="not a number"):
        sourced(value)


def test_a_whole_number_is_given_as_one_and_a_fraction_is_refused() -> None:
    """No dose rests on a constant that was rounded on the way."""
    assert sourced(7).whole() == 7
    with pytest.raises(AssertionError, match="not a whole number"):
        sourced(7.0).whole()


def test_two_numbers_of_one_name_cannot_be_registered() -> None:
    """A name leads to one number."""
    first, second = sourced(1, name="first"), sourced(2, name="second")
    assert register(first, second) == {"first": first, "second": second}
    with pytest.raises(AssertionError, match="share a name"):
        register(first, first)
