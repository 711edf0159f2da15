"""Canonical JSON, its digest, and records to and from plain data.

One value has one text: sorted keys, no spaces, integers, strings, true, false, null, lists and objects. No floats:
a digest that was reviewed must not depend on how a machine prints a fraction.

Records are frozen dataclasses. `to_plain` writes `{"type": "Name", field: …}`; `from_plain` takes back exactly what
`to_plain` writes and answers anything else with TheirFault: unknown or missing fields, wrong types, wrong names.
"""

import dataclasses
import enum
import hashlib
import json
import types
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from thecal.errors import OurFault, TheirFault

Plain = None | bool | int | str | list[Any] | dict[str, Any]
Record = TypeVar("Record")


def canonical_json(value: Plain) -> bytes:
    """The one text of `value`, UTF-8. Floats are refused."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Plain) -> str:
    """SHA-256 of the canonical text, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def record_digest(record: object) -> str:
    """The digest of a record's plain form."""
    return digest(to_plain(record))


def to_plain(value: object) -> Any:
    """A record, enum, tuple or plain value as plain data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"type": type(value).__name__, **fields}
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | str):
        return value
    raise OurFault(f"{type(value).__name__} has no plain form")


def from_plain(kind: type[Record], plain: object) -> Record:
    """The record of type `kind` (a dataclass, or a union of them) that `plain` describes; TheirFault if it does not."""
    return cast(Record, _read(kind, plain, kind.__name__ if isinstance(kind, type) else "record"))


def _read(kind: Any, plain: object, where: str) -> Any:
    """Read one value of type `kind`; `where` is its path, for the error."""
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _read_union(get_args(kind), plain, where)
    if origin is tuple:
        return _read_tuple(get_args(kind), plain, where)
    if kind is None or kind is type(None):
        return _expect(plain is None, None, where, "null")
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _read_record(kind, plain, where)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        known = isinstance(plain, str) and plain in kind.__members__
        _expect(known, None, where, f"one of {', '.join(kind.__members__)}")
        return kind[cast(str, plain)]
    if kind is int:
        return _expect(type(plain) is int, plain, where, "a whole number")
    if kind in {str, bool}:
        return _expect(type(plain) is kind, plain, where, kind.__name__)
    raise OurFault(f"{where}: a record cannot hold {kind}")


def _read_union(kinds: tuple[Any, ...], plain: object, where: str) -> Any:
    """One of several: null, a scalar, or the record whose name stands in "type"."""
    if plain is None:
        return _expect(type(None) in kinds, None, where, "a value")
    name = plain.get("type") if isinstance(plain, dict) else None
    for kind in kinds:
        if dataclasses.is_dataclass(kind) and getattr(kind, "__name__", "") == name:
            return _read_record(cast(type, kind), plain, where)
    scalars = [kind for kind in kinds if kind is not type(None) and not dataclasses.is_dataclass(kind)]
    _expect(len(scalars) == 1 and name is None, None, where, "a known record type")
    return _read(scalars[0], plain, where)


def _read_tuple(kinds: tuple[Any, ...], plain: object, where: str) -> tuple[Any, ...]:
    """tuple[X, ...], or tuple[A, B] of fixed length, from a list."""
    _expect(isinstance(plain, list), None, where, "a list")
    items = cast(list[Any], plain)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], item, f"{where}[{index}]") for index, item in enumerate(items))
    _expect(len(items) == len(kinds), None, where, f"{len(kinds)} items")
    return tuple(
        _read(kind, item, f"{where}[{index}]") for index, (kind, item) in enumerate(zip(kinds, items, strict=True))
    )


def _read_record(kind: type, plain: object, where: str) -> Any:
    """A dataclass, all of its fields and no others; what its own checks refuse is their fault too."""
    _expect(isinstance(plain, dict), None, where, f"a {kind.__name__}")
    given = dict(cast(dict[str, Any], plain))
    _expect(given.pop("type", None) == kind.__name__, None, where, f"a {kind.__name__}")
    hints = _hints(kind)
    _expect(given.keys() == hints.keys(), None, where, f"exactly the fields {', '.join(hints)}")
    values = {name: _read(hint, given[name], f"{where}.{name}") for name, hint in hints.items()}
    try:
        return kind(**values)
    except (AssertionError, ValueError, OurFault) as refused:
        raise TheirFault(f"{where}: {refused}") from refused


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _expect(holds: bool, value: object, where: str, what: str) -> Any:
    """`value` where the expectation holds, else TheirFault that says what would be right."""
    if not holds:
        raise TheirFault(f"{where}: expected {what}.")
    return value


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise OurFault("canonical JSON holds no floats: write integers in the smallest unit")
    if isinstance(value, dict):
        for key, item in value.items():
            assert isinstance(key, str), "object keys are strings"
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
