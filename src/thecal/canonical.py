"""Canonical JSON, its digest, and records to and from plain data.

One value has one text: sorted keys, no spaces, integers of at most 64 bits, strings, true, false, null, lists and
objects. No floats: a digest that was reviewed must not depend on how a machine prints a fraction.

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

LARGEST_INTEGER = 2**63 - 1
"""The largest integer on the wire and in a database, and no quantity of ours comes near it."""


def canonical_json(value: Plain) -> bytes:
    """Write the one text of `value`, UTF-8. What has none, a float above all, is OurFault."""
    _check_plain(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Plain) -> str:
    """SHA-256 of the canonical text, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def record_digest(record: object) -> str:
    """SHA-256 of a record's plain form."""
    return digest(to_plain(record))


def to_plain(value: object) -> Any:
    """Write a record, enum, tuple or plain value as plain data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"type": type(value).__name__, **fields}
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    return _check_scalar(value)


def from_plain(kind: type[Record], plain: object) -> Record:
    """Read the record of type `kind` (a dataclass, or a union of them) out of `plain`; TheirFault if it is none."""
    return cast("Record", _read(kind, plain, kind.__name__ if isinstance(kind, type) else "record"))


def _read(kind: Any, plain: object, where: str) -> Any:
    """Read one value of type `kind`; `where` is its path, for the error."""
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _read_union(get_args(kind), plain, where)
    if origin is tuple:
        return _read_tuple(get_args(kind), plain, where)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _read_record(kind, plain, where)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _read_enum(kind, plain, where)
    return _read_scalar(kind, plain, where)


def _read_scalar(kind: Any, plain: object, where: str) -> Any:
    """An integer of at most 64 bits, a text that can be written, or true or false; nothing stands in for another."""
    if kind not in {int, str, bool}:
        raise OurFault(f"{where}: a record cannot hold {kind}")
    if type(plain) is not kind:
        raise _unexpected(where, {int: "a whole number", str: "a text", bool: "true or false"}[kind])
    try:
        return _check_scalar(plain)
    except OurFault as refused:
        raise TheirFault(f"{where}: {refused.says}") from refused


def _read_enum(kind: type[enum.Enum], plain: object, where: str) -> enum.Enum:
    """A member, by its name."""
    if not isinstance(plain, str) or plain not in kind.__members__:
        raise _unexpected(where, f"one of {', '.join(kind.__members__)}")
    return kind[plain]


def _read_union(kinds: tuple[Any, ...], plain: object, where: str) -> Any:
    """One of several: null, a scalar, or the record whose name stands in "type"."""
    if plain is None and type(None) in kinds:
        return None
    if isinstance(plain, dict):
        named = [kind for kind in kinds if dataclasses.is_dataclass(kind) and _name(kind) == plain.get("type")]
        if named:
            return _read_record(named[0], plain, where)
    scalars = [kind for kind in kinds if kind is not type(None) and not dataclasses.is_dataclass(kind)]
    if plain is None or len(scalars) != 1:
        raise _unexpected(where, " or ".join(_name(kind) for kind in kinds))
    return _read(scalars[0], plain, where)


def _read_tuple(kinds: tuple[Any, ...], plain: object, where: str) -> tuple[Any, ...]:
    """tuple[X, ...], or tuple[A, B] of fixed length, from a list."""
    if not isinstance(plain, list):
        raise _unexpected(where, "a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(plain)
    if len(plain) != len(kinds):
        raise _unexpected(where, f"{len(kinds)} items")
    return tuple(_read(kind, item, f"{where}[{n}]") for n, (kind, item) in enumerate(zip(kinds, plain, strict=True)))


def _read_record(kind: Any, plain: object, where: str) -> Any:
    """A dataclass, all of its fields and no others; what its own checks refuse is their fault too."""
    if not isinstance(plain, dict) or plain.get("type") != _name(kind):
        raise _unexpected(where, f"a {_name(kind)}")
    hints = _hints(kind)
    if plain.keys() != {"type", *hints}:
        raise _unexpected(where, f"exactly the fields {', '.join(hints)}")
    values = {name: _read(hint, plain[name], f"{where}.{name}") for name, hint in hints.items()}
    try:
        return kind(**values)
    except (AssertionError, ValueError, OurFault) as refused:
        raise TheirFault(f"{where}: {refused}") from refused


@cache
def _hints(kind: type) -> dict[str, Any]:
    """The resolved types of a record's fields, in their order."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _name(kind: Any) -> str:
    """A type's name as its records and errors write it."""
    return "null" if kind is type(None) else str(getattr(kind, "__name__", kind))


def _unexpected(where: str, what: str) -> TheirFault:
    """Say what would have been right."""
    return TheirFault(f"{where}: expected {what}.")


def _check_plain(value: object) -> None:
    """Refuse what has no canonical text."""
    if isinstance(value, dict):
        for key, item in value.items():
            assert isinstance(key, str), "object keys are strings"
            _check_scalar(key)
            _check_plain(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_plain(item)
    else:
        _check_scalar(value)


def _check_scalar(value: object) -> Any:
    """Return `value` where it is null, true, false, an integer of at most 64 bits, or a text that UTF-8 can write."""
    if isinstance(value, float):
        raise OurFault("canonical JSON holds no floats: write integers in the smallest unit")
    if isinstance(value, int) and not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise OurFault("an integer of more than 64 bits")
    if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise OurFault("a text with half a character in it")
    if value is None or isinstance(value, bool | int | str):
        return value
    raise OurFault(f"{type(value).__name__} has no plain form")
