"""A scenario, or a plan of faults, out of a file; or one line that names the field and says what would be right."""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from thecal.errors import BadInput
from thecal.scenario.faults import KINDS, Plan
from thecal.scenario.given import WAYS
from thecal.scenario.models import MODES, Scenario
from thecal.scenario.observed import FOUND, ROUTES, Assessments
from thecal.scenario.part import Part

LARGEST_BYTES = 1_000_000
LONGEST_PATH = 120
Read = TypeVar("Read", bound=Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form(Generic[Read]):
    """A kind of file: its model, its name in a refusal, and what a right one is."""

    model: type[Read]
    name: str
    right: str
    example: str


_SCENARIO = _Form(
    model=Scenario,
    name="scenario",
    right="A scenario is one JSON object; examples/ and docs/scenario.schema.json show how.",
    example="Name a scenario file, such as those in examples/.",
)
_PLAN = _Form(
    model=Plan,
    name="plan",
    right='A plan is one JSON object: {"version": 1, "faults": [{"kind": "stall", "at": "3 days"}]}.',
    example="Name a plan of faults; docs/manual/scenario.md shows one.",
)
_ASSESSMENTS = _Form(
    model=Assessments,
    name="assessments",
    right="Assessments are one JSON object; examples/assessments/screening_test.json shows how.",
    example="Name a file of assessments, such as examples/assessments/screening_test.json.",
)
_WRONG_KIND = {
    "string_type": ("is not text", "Write it in quotation marks."),
    "string_unicode": ("is not text", "Write plain text."),
    "string_too_short": ("is empty", "Write a few words."),
    "string_too_long": ("is too long", "Write a few words."),
    "int_type": ("is not a whole number", "Write digits only, without quotation marks."),
    "model_attributes_type": ("is not an object", "Write its fields in { }."),
    "tuple_type": ("is not a list", "Write it in [ ]."),
    "too_short": ("is empty", "Give at least one."),
}

_TAGS = {
    "infusion_mode": ("is none that a program can have", f"Use one of: {', '.join(MODES)}."),
    "kind": ("is no kind of fault", "docs/manual/scenario.md has a table of all kinds."),
    "route": ("is no way to give a dose here", f"Use one of: {', '.join(ROUTES)}."),
    "what": ("is none of what can be found", f"Use one of: {', '.join(FOUND)}."),
    "by": ("is no way to give a bolus", f"Use one of: {', '.join(WAYS)}."),
}
"""What is chosen by one of its own fields: what is wrong with another word, and where the right ones stand."""
_TAG_VALUES: dict[str, list[str]] = {
    "infusion_mode": list(MODES),
    "kind": list(KINDS),
    "by": list(WAYS),
    "route": list(ROUTES),
    "what": list(FOUND),
}
_TAGGED = {value for values in _TAG_VALUES.values() for value in values}


class _Twice:
    """Stands where one name was given two values."""


class _NoNumber:
    """Stands where NaN or an infinity was written."""


def load(text: str) -> Scenario:
    """The scenario that `text` describes; BadInput where it describes none."""
    return _load(text, _SCENARIO)


def read(path: Path) -> Scenario:
    """The scenario in a file; BadInput names the file where it cannot be read."""
    return _read(path, _SCENARIO)


def read_plan(path: Path) -> Plan:
    """The plan of faults in a file; BadInput names the file where it cannot be read."""
    return _read(path, _PLAN)


def read_assessments(path: Path) -> Assessments:
    """One person's assessments in a file; BadInput names the file where it cannot be read."""
    return _read(path, _ASSESSMENTS)


def _load(text: str, form: _Form[Read]) -> Read:
    if len(text) > LARGEST_BYTES:
        raise BadInput(form.name, "is larger than a megabyte", remedy=form.right)
    plain = _parse(text, form.name, form.right)
    _refuse_marks(plain, "")
    try:
        return form.model.model_validate(plain)
    except ValidationError as wrong:
        raise _first(wrong.errors(include_url=False, include_input=False)[0], plain, form.name) from None


def _read(path: Path, form: _Form[Read]) -> Read:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
        return _load(content.decode("utf-8-sig"), form)
    except OSError as wrong:
        says = f"cannot be read ({(wrong.strerror or 'error').lower()})"
        raise BadInput(str(path), says, remedy=form.example) from None
    except UnicodeDecodeError:
        raise BadInput(str(path), "is not UTF-8 text", remedy=form.right) from None


def schema() -> str:
    """The published JSON Schema, as the text of its file."""
    content = Scenario.model_json_schema(by_alias=True)
    content = {"$schema": "https://json-schema.org/draft/2020-12/schema", **content}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _parse(text: str, name: str, right: str) -> object:
    """JSON as it is written: a name given twice and a number that is none leave a mark where they stand."""
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=lambda _: _NoNumber())
    except json.JSONDecodeError as wrong:
        says = f"is not JSON: {wrong.msg.lower()}, line {wrong.lineno}, column {wrong.colno}"
        raise BadInput(name, says, remedy=right) from None
    except (RecursionError, ValueError):
        raise BadInput(name, f"is no {name}: it nests or counts beyond reason", remedy=right) from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[name] = _Twice() if name in found else value
    return found


def _refuse_marks(plain: object, path: str) -> None:
    """BadInput at the first mark that parsing left."""
    if isinstance(plain, _Twice):
        raise BadInput(_show(path), "is written twice", remedy="Keep one of them.")
    if isinstance(plain, _NoNumber):
        raise BadInput(
            _show(path), "is not a number", remedy="Write a finite number with its unit, in quotation marks."
        )
    if isinstance(plain, dict):
        for name, value in plain.items():
            _refuse_marks(value, f"{path}.{name}")
    if isinstance(plain, list):
        for index, value in enumerate(plain):
            _refuse_marks(value, f"{path}[{index}]")


def _first(error: ErrorDetails, plain: object, name: str) -> BadInput:
    """The first thing that is wrong, as one line."""
    context = error.get("ctx", {})
    path, kind = _path(error["loc"], plain), error["type"]
    if kind == "refused":
        return BadInput(_show(path + context["at"], name), context["says"], remedy=context["remedy"])
    if kind.startswith("union_tag"):
        return _wrong_tag(path, context, name)
    if kind == "literal_error":
        return BadInput(_show(path, name), "is not one of what it can be", remedy=f"Write {context['expected']}.")
    says, remedy = _WRONG_KIND.get(kind, (_plainly(error["msg"]), "See docs/scenario.schema.json."))
    return BadInput(_show(path, name), says, remedy=remedy)


def _wrong_tag(path: str, context: dict[str, Any], name: str) -> BadInput:
    """A mode, a kind or a way that there is not, with the nearest that there is."""
    tag = context["discriminator"].strip("'")
    says, right = _TAGS[tag]
    if "tag" not in context:
        return BadInput(_show(f"{path}.{tag}", name), "is missing", remedy=right)
    meant = difflib.get_close_matches(context["tag"], _TAG_VALUES[tag], n=1)
    return BadInput(_show(f"{path}.{tag}", name), says, remedy=f"Did you mean {meant[0]}?" if meant else right)


def _plainly(message: str) -> str:
    """Pydantic's sentence, as ours go on after the field: "is out of range: …"."""
    return f"is out of range: {message[0].lower()}{message[1:]}"


def _path(location: tuple[int | str, ...], plain: object) -> str:
    """visits[0].program.daily_dose; the mode, kind or way that pydantic puts in between is left out."""
    path, here = "", plain
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif isinstance(here, dict) and part not in here and part in _TAGGED:
            continue
        else:
            path += f".{part}"
        here = _inside(here, part)
    return path


def _inside(here: object, part: int | str) -> object:
    """The value one step further in; None where there is none."""
    if isinstance(here, dict):
        return here.get(part)
    return here[part] if isinstance(here, list) and isinstance(part, int) else None


def _show(path: str, name: str = "") -> str:
    """A path on one line, short enough to read, whatever was written as a name."""
    shown = path.removeprefix(".") or name
    shown = shown if shown.isprintable() else ascii(shown)[1:-1]
    return shown if len(shown) <= LONGEST_PATH else shown[:LONGEST_PATH] + "…"
