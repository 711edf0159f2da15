"""Formulas as MathML, the way SBML wants them.

A formula is written as a Python expression and never run: names, numbers, + − * / **, unary minus, comparisons, and
`a if c else b`. `time` is the model's time. A bare number has no dimension; `mL(3.0)` is a number with the unit `mL`.

    mathml("mcg(3.0) / csf_T10_1")
"""

import ast
from xml.etree.ElementTree import Element, SubElement

from thecal.errors import OurFault

MATHML = "http://www.w3.org/1998/Math/MathML"
SBML = "http://www.sbml.org/sbml/level3/version2/core"
TIME = "http://www.sbml.org/sbml/symbols/time"
_OPERATIONS: dict[type[ast.AST], str] = {
    ast.Add: "plus",
    ast.Sub: "minus",
    ast.Mult: "times",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.USub: "minus",
    ast.Gt: "gt",
    ast.GtE: "geq",
}


def mathml(formula: str) -> Element:
    """The `math` element of a formula. OurFault for what the little language does not have."""
    math = Element("math", {"xmlns": MATHML, "xmlns:sbml": SBML})
    _write(math, ast.parse(formula, mode="eval").body)
    return math


def _write(under: Element, node: ast.expr) -> None:
    match node:
        case ast.Name(id="time"):
            SubElement(under, "csymbol", encoding="text", definitionURL=TIME).text = " time "
        case ast.Name(id=name):
            SubElement(under, "ci").text = f" {name} "
        case ast.Constant(value=float() | int() as value):
            _number(under, value, "dimensionless")
        case ast.Call(func=ast.Name(id=unit), args=[ast.Constant(value=float() | int() as value)]):
            _number(under, value, unit)
        case ast.BinOp(op=ast.Add() as op):
            _apply(under, op, *_terms(node))
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            _apply(under, op, left, right)
        case ast.UnaryOp(op=ast.USub() as op, operand=operand):
            _apply(under, op, operand)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            _choice(under, test, body, orelse)
        case _:
            raise OurFault(f"there is no MathML for {ast.unparse(node)!r} here")


def _number(under: Element, value: float, unit: str) -> None:
    """A number in its shortest exact digits; the power of ten of a very small or large one stands apart."""
    digits, _, exponent = repr(float(value)).partition("e")
    kind = "e-notation" if exponent else "real"
    number = SubElement(under, "cn", {"type": kind, "sbml:units": unit})
    number.text = f" {digits} "
    if exponent:
        SubElement(number, "sep").tail = f" {int(exponent)} "


def _apply(under: Element, op: ast.AST, *operands: ast.expr) -> None:
    if type(op) not in _OPERATIONS:
        raise OurFault(f"there is no MathML for {type(op).__name__} here")
    applied = SubElement(under, "apply")
    SubElement(applied, _OPERATIONS[type(op)])
    for operand in operands:
        _write(applied, operand)


def _terms(node: ast.expr) -> list[ast.expr]:
    """What a sum adds up, however long it is."""
    terms: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms.append(node.right)
        node = node.left
    return [node, *reversed(terms)]


def _choice(under: Element, test: ast.expr, body: ast.expr, orelse: ast.expr) -> None:
    choice = SubElement(under, "piecewise")
    piece = SubElement(choice, "piece")
    _write(piece, body)
    _write(piece, test)
    _write(SubElement(choice, "otherwise"), orelse)
