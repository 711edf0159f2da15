"""Any record of a room, drawn from its own field types, so that a new record or field is under the laws at once."""

import dataclasses
import enum
import importlib
import pkgutil
import types
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from tests.pump.helpers import days, periodic

from thecal.pump.infusion import FlexDay, FlexSchedule, PeriodicBolus
from thecal.units import DAY_MS

RECORDS_WITH_ORDER = {
    FlexDay: days(),
    FlexSchedule: st.sampled_from([1, 7])
    .flatmap(lambda count: st.lists(days(), min_size=count, max_size=count))
    .map(lambda drawn: FlexSchedule(days=tuple(drawn))),
    PeriodicBolus: periodic(),
}
BOUNDS = {"start_ms": (0, DAY_MS - 1), "utc_offset_min": (-14 * 60, 14 * 60)}


def records_of(package: str) -> list[type]:
    """Every frozen dataclass that the modules of a package define."""
    room = importlib.import_module(package)
    modules = [importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(room.__path__)]
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
    ]


def is_plain(kind: Any) -> bool:
    """Whether a type can be written as plain data: records of whole numbers, texts, enums and one another."""
    if get_origin(kind) in {Union, types.UnionType, tuple}:
        return all(is_plain(each) for each in get_args(kind) if each is not Ellipsis)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return all(is_plain(hint) for hint in get_type_hints(kind).values())
    return isinstance(kind, type) and (issubclass(kind, enum.Enum) or kind in {int, bool, str, type(None)})


def drawn(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type."""
    if kind in RECORDS_WITH_ORDER:
        return RECORDS_WITH_ORDER[kind]
    if get_origin(kind) in {Union, types.UnionType}:
        return st.one_of(*map(drawn, get_args(kind)))
    if get_origin(kind) is tuple:
        of = get_args(kind)
        return st.lists(drawn(of[0]), max_size=2).map(tuple) if of[-1] is Ellipsis else st.tuples(*map(drawn, of))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: _field(field.name, hints) for field in dataclasses.fields(kind)})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    return {int: st.integers(1, 2**53), bool: st.booleans(), str: st.text(min_size=1), type(None): st.none()}[kind]


def _field(name: str, hints: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.integers(*BOUNDS[name]) if name in BOUNDS else drawn(hints[name])
