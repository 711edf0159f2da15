"""Shapes as docstrings state them, read and held against the arrays of every call and every object.

A shape is axes in parentheses: (patients, times), (cells + 1,), () for a plain number, `...` for any axes in front. It
belongs to the fields or arguments named in backticks before it in its sentence; where there are none, to the result.
Several joined by "or" are alternatives. One name of an axis is one number within one call or one object.
"""

import ast
import importlib
import inspect
import operator
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

import thecal.body
from thecal.body.anatomy import TARGETS
from thecal.body.calibration.errors import GRADES
from thecal.body.kinetics import FELT, POOLS

Shape = tuple[str, ...]
Alternatives = tuple[Shape, ...]
Sizes = dict[str, int]
Node = TypeVar("Node", ast.ClassDef, ast.FunctionDef)

FIXED = {"targets": len(TARGETS), "pools": len(POOLS), "felt": len(FELT), "grades": len(GRADES)}
AXES = FIXED.keys() | {
    "bins",
    "cells",
    "coordinates",
    "cycles",
    "dimensions",
    "draws",
    "edges",
    "knots",
    "kinds",
    "lags",
    "levels",
    "links",
    "modes",
    "n",
    "nodes",
    "outputs",
    "patients",
    "people",
    "places",
    "readings",
    "samples",
    "seen",
    "shares",
    "shifts",
    "size",
    "steps",
    "times",
    "varied",
    "vectors",
}
ARRAYS = re.compile(r"\b(Floats|Whole|Stages|NDArray|ArrayLike)\b")
_WORD = re.compile(r"[a-z]+")
_AXIS = re.compile(r"\.\.\.|\d+|[a-z]+( [+−*] ([a-z]+|\d+))?")
_TOKEN = re.compile(r"`(?P<name>\w+)`|\((?P<shape>[^()]*)\)|(?P<stop>\.(?=\s|$))")
_OPERATIONS: dict[str, Callable[[int, int], int]] = {"+": operator.add, "−": operator.sub, "*": operator.mul}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What one docstring says: the shapes of fields or arguments by name, and those of the result in order."""

    of: Mapping[str, Alternatives]
    results: tuple[Alternatives, ...]


def stated(docstring: str, names: frozenset[str]) -> Stated:
    """The shapes in a docstring about something with these fields or arguments."""
    text, waiting = " ".join(docstring.split()), list[str]()
    of, results, last, since = dict[str, Alternatives](), list[Alternatives](), list[str](), -1
    for token in _TOKEN.finditer(text):
        shape = None if token["shape"] is None else _shape(token["shape"])
        if token["name"] in names and token["name"] not in of:
            waiting.append(token["name"])
        elif token["stop"]:
            waiting = []
        elif shape is not None:
            also = since >= 0 and re.fullmatch(r",? or (\w+ )*|, ", text[since : token.start()])
            if also and _is_choice(text, token.start()):
                for name in last:
                    of[name] = (*of[name], shape)
                if not last:
                    results[-1] = (*results[-1], shape)
            else:
                last, waiting = waiting, []
                of |= dict.fromkeys(last, (shape,))
                results += [] if last else [(shape,)]
            since = token.end()
    return Stated(of=of, results=tuple(results))


def _is_choice(text: str, start: int) -> bool:
    """Whether the shape at `start` is one of several joined by "or", with commas between them but for the last."""
    before, after = text[:start], text[start:]
    return bool(re.search(r"\) *,? or (\w+ )*$", before) or re.match(r"(\([^()]*\), )+or \(", after))


def _shape(inside: str) -> Shape | None:
    """The axes of what stands in parentheses; None for prose. Half of one and half of the other is a mistake."""
    if inside in {"", "..."}:
        return (inside,) if inside else ()
    parts = [part.strip() for part in inside.split(",")]
    if len(parts) < 2:
        return None
    parts = parts[:-1] if not parts[-1] else parts
    known = [bool(_AXIS.fullmatch(part)) and AXES.issuperset(_WORD.findall(part)) for part in parts]
    if not inside.endswith(",") and (not any(known) or all(part.isdigit() for part in parts)):
        return None
    assert all(known), f"({inside}) names an axis that is none"
    return tuple(parts)


def fits(shape: Shape, actual: tuple[int, ...], sizes: Sizes, front: tuple[int, ...]) -> tuple[Sizes, tuple[int, ...]]:
    """What axes are now known to be, and what `...` is at least. AssertionError where an array has another shape."""
    axes = list(shape)
    if "..." in axes:
        at, spare = axes.index("..."), len(actual) - len(axes) + 1
        assert spare >= 0, f"{actual} has too few axes for {shape}"
        front = np.broadcast_shapes(front, actual[at : at + spare])
        actual = (*actual[:at], *actual[at + spare :])
        axes.remove("...")
    assert len(axes) == len(actual), f"{actual} is not {shape}"
    sizes = dict(sizes)
    for axis, size in zip(axes, actual, strict=True):
        wanted = _wanted(axis, size, sizes)
        assert wanted == size, f"{actual} is not {shape}: {axis} is {wanted}"
    return sizes, front


def _wanted(axis: str, size: int, sizes: Sizes) -> int:
    """How long an axis should be; what is heard of for the first time is as long as it is."""
    if axis.isdigit():
        return int(axis)
    words = axis.split(" ")
    if len(words) == 1:
        return sizes.setdefault(axis, FIXED.get(axis, size))
    name, sign, other = words
    if sign != "*" and name not in sizes:
        sizes[name] = size + int(other) if sign == "−" else size - int(other)
    terms = [int(word) if word.isdigit() else sizes.get(word, FIXED.get(word)) for word in (name, other)]
    if None in terms:
        return sizes.setdefault(axis, size)
    return _OPERATIONS[sign](*(term for term in terms if term is not None))


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
        names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
        self.modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
        self.usual = stated(inspect.getdoc(package) or "", frozenset({"edges_h", "rates_mcg_per_h", "times_h"}))

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
                yield found, Subject(name=_name(module, node.name), says=says, arrays=arrays, returns=False)

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
        returns = node.returns is not None and ARRAYS.search(ast.unparse(node.returns)) is not None
        if arrays or returns:
            says = stated(ast.get_docstring(node) or "", frozenset(written))
            yield place, node.name, Subject(name=_name(module, name), says=says, arrays=arrays, returns=returns)

    def _nodes(self, kind: type[Node]) -> Iterator[tuple[ModuleType, Node]]:
        for module in self.modules:
            for node in ast.parse(inspect.getsource(module)).body:
                if isinstance(node, kind) and not node.name.startswith("_"):
                    yield module, node


def _name(module: ModuleType, name: str) -> str:
    return f"{module.__name__.removeprefix(f'{thecal.body.__name__}.')}.{name}"


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
