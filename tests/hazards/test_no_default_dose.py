"""There is no default dose: unset is not zero, and nothing fills itself in."""

import ast
import re
from collections.abc import Iterator

import pytest
from tests.house.source import Module, module, modules
from tests.scenarios.helpers import GONE, PLAIN, spoilt

from thecal.clinic.draft import Draft
from thecal.errors import BadInput
from thecal.pump import machine
from thecal.pump.devices import REFERENCE_20, REFERENCE_40, PumpModel
from thecal.pump.states import State
from thecal.scenario import load
from thecal.units import DAY_MS

DOSE = re.compile(r"(^|_)(dose|rate|concentration|bolus)(_pg|_nl|_mcg|_per|$)")


@pytest.mark.parametrize("model", [REFERENCE_20, REFERENCE_40])
def test_a_fresh_pump_delivers_nothing_however_long_it_lies(model: PumpModel) -> None:
    """No program, no dose, no flow: for ten years."""
    pump = machine.manufacture(serial="T-9", pump_model=model, now_ms=0)
    later, flow = machine.advance(pump, 3_650 * DAY_MS)
    assert flow == ()
    assert (pump.state, pump.program, machine.dose_pg_per_day(pump)) == (State.STOPPED, None, 0)
    assert (later.program, later.delivered_nl) == (None, 0)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "mode"),
        ({"mode": "continuous"}, "concentration"),
        ({"mode": "continuous", "concentration": "500"}, "daily_dose"),
        ({"mode": "continuous", "concentration": "500", "daily_dose": "300"}, "low_alarm"),
        ({"mode": "continuous", "daily_dose": "300", "low_alarm": "2"}, "concentration"),
        ({"mode": "flex", "concentration": "500", "low_alarm": "2", "start_0_0": "00:00"}, "rate_0_0"),
        ({"mode": "flex", "concentration": "500", "low_alarm": "2"}, "start_0_0"),
    ],
)
def test_an_empty_form_is_no_order(typed: dict[str, str], field: str) -> None:
    """The first field that was left empty is named; nothing is assumed in its place."""
    with pytest.raises(BadInput) as refused:
        Draft.read(typed).order()
    assert refused.value.field == field


def test_a_form_for_a_pump_without_a_program_is_empty() -> None:
    """Where nothing was read, nothing stands in any field."""
    empty = Draft.of_program(None)
    assert (empty.mode, empty.concentration, empty.daily_dose, empty.low_alarm, empty.bridge) == ("",) * 5
    assert not any(empty.days)


@pytest.mark.parametrize(
    "path",
    [
        "visits.0.program.daily_dose",
        "visits.0.program.concentration",
        "visits.0.refill.concentration",
        "visits.0.refill.volume",
        "program.concentration",
        "program.days.0.0.dose_rate",
        "reservoir.fill",
    ],
)
def test_a_scenario_without_a_dose_is_refused_by_name(path: str) -> None:
    """One line names the field that is missing; with it, the same file is read."""
    assert load(spoilt("title", PLAIN["title"])).fictional
    with pytest.raises(BadInput, match="is missing") as refused:
        load(spoilt(path, GONE))
    assert path.rsplit(".", maxsplit=1)[1] in refused.value.field


def defaults(found: Module) -> Iterator[str]:
    """Every dose, rate, concentration or bolus that has a value where none was given: field, parameter or column."""
    for node in ast.walk(found.tree):
        if isinstance(node, ast.AnnAssign | ast.Assign):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            if any(DOSE.search(name) for name in names) and _is_default(node.value):
                yield f"{found.path}:{node.lineno}: {', '.join(names)}"
        elif isinstance(node, ast.arguments):
            yield from _parameters(found, node)


def _parameters(found: Module, node: ast.arguments) -> Iterator[str]:
    positional = [*node.posonlyargs, *node.args]
    pairs = list(zip(positional[len(positional) - len(node.defaults) :], node.defaults, strict=True))
    pairs += [(arg, given) for arg, given in zip(node.kwonlyargs, node.kw_defaults, strict=True) if given is not None]
    for arg, given in pairs:
        if DOSE.search(arg.arg) and _is_default(given):
            yield f"{found.path}:{arg.lineno}: {arg.arg}"


def _is_default(value: ast.expr | None) -> bool:
    """A number, or a column or field that is given one."""
    if isinstance(value, ast.Call):
        return any(word.arg == "default" and _is_default(word.value) for word in value.keywords)
    return isinstance(value, ast.Constant) and isinstance(value.value, int | float)


def test_no_dose_rate_or_concentration_in_the_code_has_a_default() -> None:
    """No field, no parameter, no column; and the rule can be broken."""
    broken = [
        "class A:\n    dose_pg_per_day: int = 300",
        "def f(*, rate_nl_per_day: int = 0) -> None: ...",
        "def f(concentration_pg_per_nl=500): ...",
        "class A:\n    daily_dose = models.IntegerField(default=100)",
        "class A:\n    bolus_nl: Annotated[int, x] = Field(default=5)",
    ]
    assert all(list(defaults(module(lines))) for lines in broken)
    complaints = [complaint for found in modules() for complaint in defaults(found)]
    assert complaints == []
