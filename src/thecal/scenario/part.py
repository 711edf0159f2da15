"""A piece of a file: what every model of the scenario and of the plan of faults shares."""

import difflib
import json

from pydantic import BaseModel, ConfigDict, model_validator

from thecal.scenario.quantities import refusal


class Part(BaseModel):
    """A piece of the file: no field it does not know, nothing converted silently, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _names(cls, given: object) -> object:
        """Every name is known and none is missing; said here so that a slip of spelling is named as one."""
        if not isinstance(given, dict):
            raise refusal("is not an object", remedy="Write its fields in { }.")
        fields = {field.alias or name: field for name, field in cls.model_fields.items()}
        for name in given:
            if name not in fields:
                meant = difflib.get_close_matches(str(name), fields, n=1)
                remedy = f"Did you mean {meant[0]}?" if meant else f"It can have: {', '.join(fields)}."
                raise refusal("is not a field here", remedy=remedy, at=f".{printable(str(name))}")
        for name, field in fields.items():
            if field.is_required() and name not in given:
                example = json.dumps(field.examples[0]) if field.examples else "…"
                raise refusal("is missing", remedy=f'Add it: "{name}": {example}.', at=f".{name}")
        return given


def printable(name: str) -> str:
    """A name as it can be shown, whatever it is made of."""
    return name if name.isprintable() else ascii(name)[1:-1]
