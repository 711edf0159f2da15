"""Whoever calls into the body, the twin or what leaves the house is told which errors to expect."""

import ast
from collections.abc import Iterator, Mapping

import pytest
from tests.house.source import Module, module, modules

ROOMS = {"body", "twin", "interop"}
Functions = Mapping[str, ast.FunctionDef]


def untold(found: Module) -> Iterator[str]:
    """Public functions that raise an error, themselves or by a private helper of their file, and do not name it.

    For a method its class may say so: then it holds of all of them.
    """
    functions = {node.name: node for node in found.tree.body if isinstance(node, ast.FunctionDef)}
    for name, node in functions.items():
        yield from _complaints(found, name, node, functions, ast.get_docstring(node) or "")
    for of in found.tree.body:
        if isinstance(of, ast.ClassDef) and not of.name.startswith("_"):
            methods = {node.name: node for node in of.body if isinstance(node, ast.FunctionDef)}
            for name, node in methods.items():
                told = (ast.get_docstring(of) or "") + (ast.get_docstring(node) or "")
                yield from _complaints(found, name, node, {**functions, **methods}, told)


def _complaints(found: Module, name: str, node: ast.FunctionDef, known: Functions, told: str) -> Iterator[str]:
    if not name.startswith("_") or name == "__post_init__":
        missing = sorted({error for error in _raised(node, known, frozenset()) if error not in told})
        yield from (f"{found.path}:{node.lineno}: {name} does not tell of {error}" for error in missing)


def _raised(node: ast.FunctionDef, known: Functions, seen: frozenset[str]) -> Iterator[str]:
    """The errors of a function and of the private ones that it calls."""
    for each in ast.walk(node):
        if isinstance(each, ast.Raise) and isinstance(each.exc, ast.Call):
            yield ast.unparse(each.exc.func)
        if isinstance(each, ast.Call):
            called = ast.unparse(each.func).removeprefix("self.")
            if called.startswith("_") and called in known and called not in seen:
                yield from _raised(known[called], known, seen | {called})


def test_every_error_of_a_public_function_is_told() -> None:
    """A docstring names each error that its function raises, whose fault it is being part of the name."""
    held = [found for found in modules() if found.room in ROOMS]
    assert held
    assert [complaint for found in held for complaint in untold(found)] == []


@pytest.mark.parametrize(
    "lines",
    [
        "def f():\n    raise OurFault('x')",
        "def f():\n    return _g()\ndef _g():\n    raise BadInput('x')",
        "class A:\n    def __post_init__(self):\n        raise BadInput('x')",
        "class A:\n    def f(self):\n        self._g()\n    def _g(self):\n        raise OurFault('x')",
    ],
)
def test_an_error_that_nobody_tells_is_found(lines: str) -> None:
    """Raised here or in a private helper, by a function or by a class."""
    assert len(list(untold(module(lines)))) == 1


def test_an_error_is_told_by_a_function_or_by_its_class() -> None:
    """Either is enough, and private functions need not."""
    told = "class A:\n    '''OurFault.'''\n    def f(self):\n        raise OurFault('x')"
    private = "def _g():\n    raise OurFault('x')"
    assert list(untold(module(f"{told}\n{private}"))) == []
