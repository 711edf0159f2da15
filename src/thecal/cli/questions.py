"""What a rule asks about, as JSON that a person fills in: nothing filled in for them, null where it is not known."""

import dataclasses
import enum
import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin, get_type_hints

from thecal.canonical import to_plain

_WORDS = {int: "a whole number", str: "a text", bool: "true or false"}


def example_of(kind: type[Any]) -> dict[str, Any]:
    """A record of this type with its own defaults, and null wherever a person has to say something."""
    hints = get_type_hints(kind)
    fields = {field.name: _blank(field, hints[field.name]) for field in dataclasses.fields(kind)}
    return {"type": kind.__name__, **fields}


def completed(kind: Any, plain: object) -> object:
    """What a person wrote, with the type's name and the defaults of every field that they left out."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and isinstance(plain, dict):
        hints = get_type_hints(kind)
        given = {name: completed(hints[name], item) if name in hints else item for name, item in plain.items()}
        return {"type": kind.__name__, **_defaults(kind), **given}
    arms = [arm for arm in get_args(kind) if arm not in {type(None), Ellipsis}]
    if get_origin(kind) is tuple and isinstance(plain, list):
        return [completed(arms[0] if len(arms) == 1 else object, item) for item in plain]
    if get_origin(kind) in {Union, types.UnionType} and len(arms) == 1:
        return completed(arms[0], plain)
    return plain


def described(kind: type[Any], indent: str = "  ") -> Iterator[str]:
    """A line for each field: its name, what belongs there, and whether it may be left out."""
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        default = _default(field)
        left_out = "" if default is dataclasses.MISSING else f"; {_shown(default)} where left out"
        yield f"{indent}{field.name}: {_in_words(hints[field.name])}{left_out}"
        for record in _records_in(hints[field.name]):
            yield f"{indent}  {record.__name__}"
            yield from described(record, indent + "    ")


def _blank(field: "dataclasses.Field[Any]", hint: Any) -> Any:
    """The default, or what a person has to replace."""
    default = _default(field)
    if default is not dataclasses.MISSING:
        return to_plain(default)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return example_of(hint)
    return [] if get_origin(hint) is tuple else None


def _defaults(kind: type[Any]) -> dict[str, Any]:
    found = {field.name: _default(field) for field in dataclasses.fields(kind)}
    return {name: to_plain(value) for name, value in found.items() if value is not dataclasses.MISSING}


def _default(field: "dataclasses.Field[Any]") -> Any:
    """The field's default; dataclasses.MISSING where it has none."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _shown(value: object) -> str:
    """A default in one word or two."""
    plain = to_plain(value)
    words = {None: "null", True: "true", False: "false"}
    if plain is None or isinstance(plain, bool):
        return words[plain]
    return "as in --example" if isinstance(plain, dict) else str(plain) or "empty"


def _in_words(hint: Any) -> str:
    """What may stand in a field."""
    if get_origin(hint) in {Union, types.UnionType}:
        arms = [arm for arm in get_args(hint) if arm is not type(None)]
        known = " or ".join(_in_words(arm) for arm in arms)
        return f"{known}, or null" if len(arms) < len(get_args(hint)) else known
    if get_origin(hint) is tuple:
        arms = [arm for arm in get_args(hint) if arm is not Ellipsis]
        return "a list of " + ", ".join(_in_words(arm) for arm in arms)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return f"one of {', '.join(hint.__members__)}"
    return _WORDS.get(hint, f"a {hint.__name__}")


def _records_in(hint: Any) -> Iterator[type[Any]]:
    """The dataclasses that a field may hold."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for arm in get_args(hint):
        yield from _records_in(arm)
