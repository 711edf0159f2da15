"""Formulas as MathML: read back by a reader written here, from the specification."""

import operator
from collections.abc import Callable, Mapping
from math import isclose
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.errors import OurFault
from thecal.interop.formula import mathml

VALUES = {"a": 3.0, "b": -2.0, "c": 0.5, "time": 7.0}
OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "minus": operator.sub,
    "times": operator.mul,
    "divide": operator.truediv,
    "power": operator.pow,
    "gt": operator.gt,
    "geq": operator.ge,
}
FORMULAS = (
    "a + b + c",
    "a - b - c",
    "a / b / c",
    "a ** 2 ** c",
    "-a * (b - -c)",
    "(a if b > c else b) + 1",
    "a if time >= h(7.0) else b",
    "1 / (1 + (a / mcg(1e-30)) ** 0.25)",
)


def value(node: Element, values: Mapping[str, float]) -> float:
    """What an element of MathML means."""
    match node.tag:
        case "math":
            return value(node[0], values)
        case "ci" | "csymbol":
            return values[(node.text or "").strip()]
        case "cn":
            power = int((node[0].tail or "").strip()) if len(node) else 0
            return float(f"{(node.text or '').strip()}e{power}")
        case "piecewise":
            (one, when), otherwise = node[0], node[1][0]
            return value(one, values) if value(when, values) else value(otherwise, values)
    return applied(node[0].tag, [value(operand, values) for operand in node[1:]])


def applied(operation: str, numbers: list[float]) -> float:
    """An operation of MathML: sums have any number of terms, the rest one or two."""
    if operation == "plus":
        return sum(numbers)
    if operation == "minus" and len(numbers) == 1:
        return -numbers[0]
    return float(OPERATIONS[operation](*numbers))


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_means_what_it_says(formula: str) -> None:
    """MathML read back has the value that Python gives the formula; a unit changes no value."""
    plain = formula.replace("mcg", "").replace("h(", "(")
    assert isclose(value(mathml(formula), VALUES), float(eval(plain, {}, VALUES)), rel_tol=1e-15)


@given(st.floats(min_value=0.0, allow_infinity=False))
def test_a_number_comes_back_exactly(number: float) -> None:
    """The digits and the power of ten of any number say that number, not one near it."""
    assert value(mathml(repr(number)), {}) == number


def test_a_number_carries_its_unit() -> None:
    """A number has the unit that it was written with; a bare one has no dimension."""
    units = [each.get("sbml:units") for each in mathml("mL(3.0) * 2").iter("cn")]
    assert units == ["mL", "dimensionless"]


@pytest.mark.parametrize("formula", ["sin(a)", "a and b", "'a'", "f(a, b)", "a % b", "a[0]"])
def test_what_the_language_lacks_is_refused(formula: str) -> None:
    """A formula that cannot be written down faithfully is our fault, not a wrong document."""
    with pytest.raises(OurFault):
        mathml(formula)
