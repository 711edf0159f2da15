"""Shapes as docstrings state them, and whether arrays have them.

A shape is axes in parentheses: (patients, times), (cells + 1,), () for a plain number, `...` for any axes in front. It
belongs to the fields or arguments named in backticks before it in its sentence; where there are none, to the result.
Several joined by "or" are alternatives. One name of an axis is one number within one call or one object.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from thecal.body.anatomy import TARGETS
from thecal.body.calibration.errors import GRADES
from thecal.body.kinetics import FELT, POOLS

Shape = tuple[str, ...]
Alternatives = tuple[Shape, ...]
Sizes = dict[str, int]

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
    "looks",
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
