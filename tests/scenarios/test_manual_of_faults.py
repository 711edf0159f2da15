"""The manual's table of faults is the models' own."""

import inspect
import json
import re
import sys
from pathlib import Path

from tests.house.test_docs import table_rows
from tests.scenarios.helpers import PLAIN

from thecal.scenario import initial_device, load
from thecal.scenario.faults import KINDS, Plan
from thecal.scenario.onset import FaultPart


def fields_of(model: type[FaultPart]) -> str:
    """What a line of this kind has beside `kind` and `at`; what may be left out in brackets, with its default."""
    found = []
    for name, field in model.model_fields.items():
        alias = field.alias or name
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        default = f" {extra['default']}" if "default" in extra else ""
        if alias not in {"kind", "at"}:
            found.append(f"`{alias}`" if field.is_required() else f"[`{alias}`{default}]")
    return ", ".join(found) or "none"


def rows() -> list[list[str]]:
    """Kind, fields and meaning, in the order of the models."""
    return [[kind, fields_of(model), " ".join((inspect.getdoc(model) or "").split())] for kind, model in KINDS.items()]


def test_the_manual_tells_of_every_fault_with_its_fields_and_defaults(repository: Path) -> None:
    """Row by row, in the models' own words."""
    text = (repository / "docs/manual/scenario.md").read_text(encoding="utf-8")
    assert table_rows(text, "kind of fault") == rows()


def test_the_plan_that_the_manual_shows_is_read(repository: Path) -> None:
    """The example on the page is a plan, and its faults fit a usual path."""
    text = (repository / "docs/manual/scenario.md").read_text(encoding="utf-8")
    (block,) = [block for block in re.findall(r"```jsonc\n(.*?)```", text, re.DOTALL) if "faults" in block]
    plan = Plan.model_validate(json.loads(block))
    assert len(plan.faults) == 2
    scenario = load(json.dumps(PLAIN | {"faults": json.loads(block)["faults"]}))
    assert len(initial_device(scenario).catheter.faults) == 1


if __name__ == "__main__":
    for row in rows():
        sys.stdout.write(f"| {' | '.join(row)} |\n")
