"""Every call and every object of a package, held to the shapes that its docstrings state."""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property, wraps
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from tests.body.shapes import AXES, FIXED, Alternatives, Shape, Sizes, Stated, fits, stated

Node = TypeVar("Node", ast.ClassDef, ast.FunctionDef)
ARRAYS = re.compile(r"\b(Floats|Hours|Instants|Shares|Whole|Stages|NDArray|ArrayLike)\b")
CONVENTIONS = frozenset({"edges_h", "rates_mcg_per_h", "times_h"})
"""Arguments whose shapes the package says once."""


@dataclass(slots=True)
class Seen:
    """What was held against its docstring: the shapes seen of each thing, by (whose docstring, which)."""

    usual: Stated
    """What holds of arguments of which a docstring says nothing."""
    classes: Mapping[type, "Subject"]
    shapes: defaultdict[tuple[str, str], set[tuple[int, ...]]] = field(default_factory=lambda: defaultdict(set))
    told_apart: set[tuple[str, str]] = field(default_factory=set)
    """Where all axes of different names were once of different lengths: a wrong order would have been noticed."""

    def check(self, whose: str, which: str, choices: Alternatives, value: object, sizes: Sizes, front: "Front") -> None:
        """One value; what it says of the sizes of axes is added to `sizes` and `front`."""
        for actual in _shapes_of(value):
            for number, shape in enumerate(choices):
                try:
                    known, front.shape = fits(shape, actual, sizes, front.shape)
                except (AssertionError, ValueError) as wrong:
                    if number + 1 == len(choices):
                        raise AssertionError(f"{whose}: {which} {actual}: {wrong}") from wrong
                else:
                    sizes.update(known)
                    self.shapes[whose, which].add(actual)
                    if _tells_apart(shape, actual):
                        self.told_apart.add((whose, which))
                    break

    def once(self, says: Mapping[tuple[str, str], Alternatives]) -> set[tuple[str, str]]:
        """What was seen in one size only, or never, though its axes can be longer or shorter."""
        return {
            which
            for which, choices in says.items()
            if len(self.shapes[which]) < 1 + any(axis not in FIXED and not axis.isdigit() for axis in sum(choices, ()))
        }

    def alike(self) -> set[tuple[str, str]]:
        """What has several axes, and never had them of different lengths."""
        return {which for which, seen in self.shapes.items() if any(len(shape) > 1 for shape in seen)} - self.told_apart

    def known(self, found: object, sizes: Sizes) -> None:
        """Add the sizes of axes that an object tells by its arrays, and by those of what it holds."""
        if type(found) in self.classes:
            for name, choices in self.classes[type(found)].says.of.items():
                for actual in _shapes_of(getattr(found, name)):
                    for shape in choices:
                        with suppress(AssertionError, ValueError):
                            sizes |= fits(shape, actual, sizes, ())[0]
        if is_dataclass(found):
            for each in fields(found):
                self.known(getattr(found, each.name), sizes)


def _tells_apart(shape: Shape, actual: tuple[int, ...]) -> bool:
    """Whether axes of different names are of different lengths: another order would not have fitted."""
    if len(shape) == 1:
        return True
    own = len(set(shape)) if "..." not in shape else len(actual) - (len(shape) - len(set(shape)))
    return len(set(actual)) == own


@dataclass(slots=True)
class Front:
    """What `...` stands for, as far as it is known."""

    shape: tuple[int, ...] = ()


def _shapes_of(value: Any) -> Iterator[tuple[int, ...]]:
    """Of an array, of each by name, or of nothing where there is none; a slice says nothing."""
    if isinstance(value, Mapping):
        yield from (np.shape(each) for each in value.values())
    elif value is not None and not isinstance(value, slice):
        yield np.shape(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A public class or function of the body that has to do with arrays, and what is written of it."""

    name: str
    says: Stated
    arrays: frozenset[str]
    """Fields or arguments that are arrays."""
    returns: bool
    """Whether the result is an array, or holds some."""

    def missing(self, usual: Stated) -> list[str]:
        """What has no shape in the docstring."""
        unsaid = sorted(self.arrays - self.says.of.keys() - usual.of.keys())
        return unsaid + ["result"] * (self.returns and not self.says.results)


class Package:
    """Every module of a package, with the annotations that are written in it."""

    def __init__(self, package: ModuleType) -> None:
        self.name = package.__name__
        names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
        self.modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
        self.usual = stated(inspect.getdoc(package) or "", CONVENTIONS)

    def classes(self) -> Iterator[tuple[type, Subject]]:
        """Public dataclasses with arrays among their fields."""
        for module, node in self._nodes(ast.ClassDef):
            found = getattr(module, node.name)
            written = {
                ast.unparse(each.target): ast.unparse(each.annotation)
                for each in node.body
                if isinstance(each, ast.AnnAssign)
            }
            arrays = frozenset(name for name, annotation in written.items() if ARRAYS.search(annotation))
            if arrays:
                says = stated(inspect.getdoc(found) or "", arrays)
                yield found, Subject(name=self._name(module, node.name), says=says, arrays=arrays, returns=False)

    def functions(self) -> Iterator[tuple[ModuleType | type, str, Subject]]:
        """Public functions, methods and properties that take or return arrays, with where they are found."""
        for module, node in self._nodes(ast.FunctionDef):
            yield from self._function(module, module, node, node.name)
        for module, of in self._nodes(ast.ClassDef):
            for method in of.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield from self._function(module, getattr(module, of.name), method, f"{of.name}.{method.name}")

    def _function(
        self, module: ModuleType, place: ModuleType | type, node: ast.FunctionDef, name: str
    ) -> Iterator[tuple[ModuleType | type, str, Subject]]:
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        written = {each.arg: ast.unparse(each.annotation) for each in every if each.annotation is not None}
        arrays = frozenset(name for name, annotation in written.items() if ARRAYS.search(annotation))
        result = "" if node.returns is None else ast.unparse(node.returns)
        returns = ARRAYS.search(result) is not None and not result.startswith("Iterator")
        if arrays or returns:
            says = stated(ast.get_docstring(node) or "", arrays)
            yield place, node.name, Subject(name=self._name(module, name), says=says, arrays=arrays, returns=returns)

    def says(self) -> dict[tuple[str, str], Alternatives]:
        """What is stated of each (whose docstring, which array) that a run can show."""
        found = dict[tuple[str, str], Alternatives]()
        for subject in self.subjects():
            says = {**self.usual.of, **subject.says.of}
            found |= {(subject.name, name): says[name] for name in subject.arrays & says.keys()}
            if subject.returns and subject.says.results:
                found[subject.name, "result"] = subject.says.results[0]
        return found

    def subjects(self) -> list[Subject]:
        """Classes and functions."""
        return [subject for _, subject in self.classes()] + [subject for _, _, subject in self.functions()]

    def missing(self) -> dict[str, list[str]]:
        """Arrays without a shape, by whose docstring lacks it."""
        return {subject.name: found for subject in self.subjects() if (found := subject.missing(self.usual))}

    def _name(self, module: ModuleType, name: str) -> str:
        return f"{module.__name__.removeprefix(f'{self.name}.')}.{name}"

    def _nodes(self, kind: type[Node]) -> Iterator[tuple[ModuleType, Node]]:
        for module in self.modules:
            for node in ast.parse(inspect.getsource(module)).body:
                if isinstance(node, kind) and not node.name.startswith("_"):
                    yield module, node


@contextmanager
def executed(package: Package) -> Iterator[Seen]:
    """While it lasts, every call and every object is held to its docstring."""
    seen, undo = Seen(usual=package.usual, classes=dict(package.classes())), list[Callable[[], None]]()
    try:
        for found, subject in seen.classes.items():
            undo.append(_put(found, "__init__", _checked_class(vars(found)["__init__"], subject, seen)))
        for place, name, subject in list(package.functions()):
            undo += _put_everywhere(place, name, subject, seen)
        yield seen
    finally:
        for each in reversed(undo):
            each()


def _checked_class(made: Callable[..., None], subject: Subject, seen: Seen) -> Callable[..., None]:
    @wraps(made)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        sizes, front = Sizes(), Front()
        for each in fields(self):
            seen.known(getattr(self, each.name), sizes)
        for name, shapes in subject.says.of.items():
            seen.check(subject.name, name, shapes, getattr(self, name), sizes, front)

    return init


def checked_function(called: Callable[..., Any], subject: Subject, seen: Seen) -> Callable[..., Any]:
    """The same function, its arguments and its result held to its docstring, and to what its objects hold."""
    signature, says = inspect.signature(called), {**seen.usual.of, **subject.says.of}

    @wraps(called)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        sizes: Sizes = {name: value for name, value in bound.arguments.items() if name in AXES and type(value) is int}
        front = Front()
        for value in bound.arguments.values():
            seen.known(value, sizes)
        result = called(*args, **kwargs)
        for name, value in bound.arguments.items():
            if name in says and name in subject.arrays:
                seen.check(subject.name, name, says[name], value, sizes, front)
        if subject.returns and subject.says.results:
            _check_result(result, subject, seen, sizes, front)
        return result

    return call


def _check_result(result: object, subject: Subject, seen: Seen, sizes: Sizes, front: Front) -> None:
    values = [result] if not isinstance(result, tuple) else [each for each in result if not isinstance(each, float)]
    said = subject.says.results * (len(values) if len(subject.says.results) == 1 else 1)
    for number, (shapes, value) in enumerate(zip(said, values, strict=True)):
        seen.check(subject.name, f"result {number}" if number else "result", shapes, value, sizes, front)


def _put_everywhere(place: ModuleType | type, name: str, subject: Subject, seen: Seen) -> list[Callable[[], None]]:
    """Put the checked function where the plain one is known, in every module."""
    found = vars(place)[name]
    if isinstance(place, ModuleType):
        checked = checked_function(found, subject, seen)
        users = [each for each in list(sys.modules.values()) if each.__name__.startswith(("thecal", "tests"))]
        return [_put(each, name, checked) for each in users if vars(each).get(name) is found]
    if isinstance(found, staticmethod):
        return [_put(place, name, staticmethod(checked_function(found.__func__, subject, seen)))]
    if isinstance(found, property) and found.fget is not None:
        return [_put(place, name, property(checked_function(found.fget, subject, seen)))]
    if isinstance(found, cached_property):
        kept = cached_property(checked_function(found.func, subject, seen))
        kept.__set_name__(place, name)
        return [_put(place, name, kept)]
    return [_put(place, name, checked_function(found, subject, seen))]


def _put(place: ModuleType | type, name: str, new: object) -> Callable[[], None]:
    """Set it; what comes back takes it back."""
    old = vars(place)[name]
    setattr(place, name, new)
    return lambda: setattr(place, name, old)
