"""Every fault of metal and catheter can be written into a plan, and what is written is what goes wrong."""

import dataclasses
import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios.helpers import PLAIN, spoilt

from thecal.canonical import from_plain, to_plain
from thecal.catheter.faults import CatheterFault, Kink, Leak, Migration, Space, TipPlace
from thecal.errors import BadInput
from thecal.mechanism.faults import (
    Fault,
    MriStall,
    OverDelivery,
    PocketFill,
    Stall,
    Temperature,
    WrongSyringe,
)
from thecal.scenario import afflicted, initial_device, load, read_plan, schema, tell
from thecal.scenario.faults import KINDS, MOST_FAULTS, Plan
from thecal.scenario.onset import FaultPart
from thecal.twin.device import Device, advance
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

START_MS = load(json.dumps(PLAIN)).start_ms
NOT_IN_A_PLAN = {(Temperature, "per_mille_per_dk")}
"""How a gas answers to warmth is a property of every pump, not of one day."""


def plain_fault(kind: str, **others: object) -> dict[str, object]:
    """The shortest line of a plan for one kind: what must be written, as its examples write it."""
    fields = KINDS[kind].model_fields
    needed = {
        field.alias or name: field.examples[0]
        for name, field in fields.items()
        if field.is_required() and field.examples
    }
    return {**needed, "kind": kind, **others}


def planned(*plan: dict[str, object]) -> Device:
    """The implant of the plain scenario, with these faults alone."""
    return initial_device(load(spoilt("faults", list(plan))))


def only(*plan: dict[str, object]) -> Fault | CatheterFault:
    """The one fault of the implant."""
    device = planned(*plan)
    faults: list[Fault | CatheterFault] = [*device.metal.faults, *device.catheter.faults]
    assert len(faults) == 1
    return faults[0]


def test_every_fault_there_is_has_one_kind() -> None:
    """No record is left out, and none has two names."""
    records = [*get_args(Fault), *get_args(CatheterFault)]
    assert sorted(model.makes.__name__ for model in KINDS.values()) == sorted(record.__name__ for record in records)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_fault_can_be_written(kind: str) -> None:
    """Onset, size and duration: what the record holds, a line of the plan says."""
    model = KINDS[kind]
    said = {(model.makes, name) for name in model.model_fields if name != "kind"}
    assert said | NOT_IN_A_PLAN >= {(model.makes, field.name) for field in dataclasses.fields(model.makes)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_shortest_line_of_each_kind_runs_and_is_kept(kind: str) -> None:
    """The implant with that fault lives through ten days, and its memory can be written and read back."""
    device = planned(plain_fault(kind))
    assert from_plain(Device, to_plain(device)) == device
    later, _ = advance(device, START_MS + 10 * DAY_MS)
    assert later.now_ms == START_MS + 10 * DAY_MS
    assert later.held_pg + later.account.left_pg == later.account.filled_pg


@pytest.mark.parametrize("kind", KINDS)
def test_a_default_that_is_published_is_the_default(kind: str) -> None:
    """What the schema says of a field that is left out, written into it, makes the same fault."""
    defaults = {
        field.alias or name: field.json_schema_extra["default"]
        for name, field in KINDS[kind].model_fields.items()
        if isinstance(field.json_schema_extra, dict)
    }
    assert only(plain_fault(kind)) == only(plain_fault(kind, **defaults))
    published = json.loads(schema())["$defs"][KINDS[kind].__name__]["properties"]
    assert {alias: published[alias]["default"] for alias in defaults} == defaults


# (a line of the plan, the fault that it is)
WRITTEN: list[tuple[dict[str, object], Fault | CatheterFault]] = [
    (
        {"kind": "stall", "at": "3 days", "until": "4 days", "sensed_after": "20 min"},
        Stall(start_ms=START_MS + 3 * DAY_MS, end_ms=START_MS + 4 * DAY_MS, sensed_after_ms=20 * MINUTE_MS),
    ),
    (
        {"kind": "mri stall", "at": "1 day", "exposure": "40 min", "recovery": "6 h"},
        MriStall(start_ms=START_MS + DAY_MS, exposure_ms=40 * MINUTE_MS, recovery_ms=6 * HOUR_MS),
    ),
    (
        {"kind": "over-delivery", "at": "1 day", "full": "11 days", "share": "14.5 %"},
        OverDelivery(start_ms=START_MS + DAY_MS, full_ms=START_MS + 11 * DAY_MS, per_mille=145),
    ),
    ({"kind": "pocket fill", "at": "0 h", "share": "30%"}, PocketFill(at_ms=START_MS, per_mille=300)),
    ({"kind": "wrong syringe", "at": "1 day"}, WrongSyringe(at_ms=START_MS + DAY_MS, concentration_pg_per_nl=None)),
    (
        {"kind": "temperature", "at": "0 h", "until": "5 h", "warmer": "-1.5 K"},
        Temperature(start_ms=START_MS, end_ms=START_MS + 5 * HOUR_MS, warmer_dk=-15),
    ),
    (
        {"kind": "leak", "at": "1 day", "place": "connector", "share": "0.1 %"},
        Leak(start_ms=START_MS + DAY_MS, place_nl=140_000, per_mille=1),
    ),
    (
        {"kind": "kink", "at": "1 day", "until": "2 days", "place": "tip", "compliance": "0.02 mL"},
        Kink(start_ms=START_MS + DAY_MS, end_ms=START_MS + 2 * DAY_MS, place_nl=335_800, compliance_nl=20_000),
    ),
    (
        {"kind": "migration", "at": "1 day", "to": "T6"},
        Migration(at_ms=START_MS + DAY_MS, tip=TipPlace(space=Space.INTRATHECAL, level="T6")),
    ),
    (
        {"kind": "migration", "at": "1 day", "to": "subdural"},
        Migration(at_ms=START_MS + DAY_MS, tip=TipPlace(space=Space.SUBDURAL)),
    ),
]


@pytest.mark.parametrize(("line", "fault"), WRITTEN)
def test_what_is_written_is_what_goes_wrong(line: dict[str, object], fault: Fault | CatheterFault) -> None:
    """Instants count from the start, sizes are exact, and words stand for places."""
    assert only(line) == fault


# (a line of the plan, the field that must be named, a word of what must be said or remedied)
WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"kind": "stal", "at": "1 day"}, "kind", "Did you mean stall?"),
    ({"kind": "disconected", "at": "1 day"}, "kind", "disconnection"),
    ({"kind": "gremlins", "at": "1 day"}, "kind", "table of all kinds"),
    ({"at": "1 day"}, "kind", "missing"),
    ({"kind": "stall"}, "at", '"at": "3 days"'),
    ({"kind": "stall", "at": "1 day", "untill": "2 days"}, "untill", "Did you mean until?"),
    ({"kind": "stall", "at": "1 day", "until": "1 day"}, "until", "after"),
    ({"kind": "stall", "at": 3}, "at", "no unit"),
    (plain_fault("kink", until="1 h"), "until", "after"),
    (plain_fault("over-delivery", share="60 %"), "share", "at most 50 %"),
    (plain_fault("over-delivery", full="3 days"), "full", "after"),
    (plain_fault("under-delivery", share="101 %"), "share", "at most 100 %"),
    (plain_fault("under-delivery", share="0 %"), "share", "nothing"),
    (plain_fault("under-delivery", share="0.3"), "share", "30 %"),
    (plain_fault("under-delivery", share=300), "share", "30 %"),
    (plain_fault("mri stall", recovery="25 h"), "recovery", "at most 24 h"),
    (plain_fault("mri stall", exposure="0 h"), "exposure", "nothing"),
    (plain_fault("safety valve shut", leak="0.02 mL"), "leak", "at most 0.01 mL"),
    (plain_fault("overfill", until="1 h"), "until", "after"),
    (plain_fault("battery film", spent="1 h"), "spent", "after"),
    (plain_fault("runaway", rate="24 mL"), "rate", "0.6 mL/day"),
    (plain_fault("runaway", rate="0 mL/day"), "rate", "nothing"),
    (plain_fault("temperature", warmer="38 °C"), "warmer", "1.5 K"),
    (plain_fault("clock drift", drift="1 min/day"), "drift", "50 ppm"),
    (plain_fault("clock drift", drift="-200000 ppm"), "drift", "absurd"),
    (plain_fault("bit flip", cell=-1), "cell", "greater than or equal to 0"),
    (plain_fault("bit flip", bit="3"), "bit", "whole number"),
    (plain_fault("clock lost", at="0 h"), "at", "nothing"),
    (plain_fault("low-battery reset", at="0 h"), "at", "nothing"),
    (plain_fault("feed-through short", at="0 h", resets=True), "at", "later"),
    (plain_fault("feed-through short", resets="yes"), "resets", "boolean"),
    (plain_fault("leak", place="5"), "place", "connector"),
    (plain_fault("leak", place=5), "place", "0.2 mL"),
    (plain_fault("leak", place="-1 mL"), "place", "negative"),
    (plain_fault("migration", to="T13"), "to", "subdural"),
    (plain_fault("migration", to=None), "to", "subdural"),
]


@pytest.mark.parametrize(("line", "field", "word"), WRONG)
def test_what_is_wrong_with_a_fault_is_named_on_one_line(line: dict[str, object], field: str, word: str) -> None:
    """The very field of the very fault, and what would be right, in a scenario as in a plan."""
    with pytest.raises(BadInput) as refused:
        load(spoilt("faults", [{"kind": "clock lost", "at": "1 day"}, line]))
    assert refused.value.field == f"faults[1].{field}"
    assert word in str(refused.value)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 400


def test_a_place_beyond_the_tip_is_named_with_what_the_path_holds() -> None:
    """The file is right in itself; with this catheter it is not."""
    with pytest.raises(BadInput, match=r"faults\[0\]\.place: lies beyond the tip.*0\.3358") as refused:
        planned(plain_fault("leak", place="0.34 mL"))
    assert refused.value.field == "faults[0].place"


def test_a_plan_has_an_end() -> None:
    """More faults than anybody can mean are refused."""
    with pytest.raises(BadInput, match="at most 100"):
        load(spoilt("faults", [plain_fault("clock lost")] * (MOST_FAULTS + 1)))


AMOUNTS = [
    "0 h", "1 min", "20 min", "40 min", "6 h", "24 h", "1 day", "3 days", "60 days", "0.1 %", "14.5 %", "50 %", "100 %",
    "0 mL", "0.00001 mL", "0.01 mL", "0.14 mL", "20 mL", "24 mL/day", "0.00001 mL/day", "1000 mL/day", "0 K", "99 K",
    "-99 K", "50 ppm", "-100000 ppm", "500 mcg/mL", "tip", "connector", "T6", "epidural", "outside",
]  # fmt: skip
values = st.sampled_from([*AMOUNTS, True, 0, 3, 62, 1_000_000])


@st.composite
def lines(draw: st.DrawFn) -> dict[str, object]:
    """A line with some of its fields, whatever stands in them."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    fields = {field.alias or name: field for name, field in KINDS[kind].model_fields.items()}
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), unique=True, max_size=4))
    return plain_fault(kind, **{name: draw(values) for name in chosen if name != "kind"})


def refused_at(line: dict[str, object]) -> str:
    """The field at which a line is refused; nothing, where an implant lives a day with it."""
    try:
        advance(planned(line), START_MS + DAY_MS)
    except BadInput as refused:
        return refused.field
    return ""


@given(line=lines())
def test_whatever_is_read_is_a_fault_that_the_metal_takes(line: dict[str, object]) -> None:
    """No line gets past the reader that the record, or the path, would then refuse in its own words."""
    assert refused_at(line).partition(".")[0] in {"faults[0]", ""}


def test_some_lines_are_refused_and_some_are_not() -> None:
    """So that the law above is about both."""
    assert refused_at(plain_fault("leak")) == ""
    assert refused_at(plain_fault("leak", place="tip ")) == "faults[0].place"


def written(folder: Path, plan: object) -> Path:
    """A plan's file."""
    path = folder / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return path


def test_a_plan_of_its_own_counts_from_the_implant_s_now(tmp_path: Path) -> None:
    """The same lines, without a scenario around them; faults that are there already stay."""
    device = planned({"kind": "stall", "at": "9 days"})
    now_ms = START_MS + 2 * DAY_MS
    later, _ = advance(device, now_ms)
    plan = read_plan(written(tmp_path, {"version": 1, "faults": [{"kind": "stall", "at": "1 day"}]}))
    assert isinstance(plan, Plan)
    with_plan = afflicted(later, plan.faults)
    assert with_plan.metal.faults == (Stall(start_ms=START_MS + 9 * DAY_MS), Stall(start_ms=now_ms + DAY_MS))


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        ([], "{ }"),
        ({"faults": []}, "version: is missing"),
        ({"version": 2, "faults": []}, "version"),
        ({"version": 1}, "faults: is missing"),
        ({"version": 1, "faults": [{"kind": "stall", "at": "soon"}]}, "faults[0].at"),
        ({"version": 1, "faults": [], "seed": 3}, "seed"),
    ],
)
def test_what_is_no_plan_is_refused(plan: object, word: str, tmp_path: Path) -> None:
    """One line, which says how a plan looks or which field is wrong."""
    with pytest.raises(BadInput) as refused:
        read_plan(written(tmp_path, plan))
    assert word in str(refused.value)


def test_a_plan_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is not there says so, with its name."""
    with pytest.raises(BadInput, match=r"gone\.json: cannot be read"):
        read_plan(tmp_path / "gone.json")


def test_a_leak_takes_its_share_on_the_way_to_the_tip() -> None:
    """From its onset on, the tip gets what the leak leaves of it."""
    told = tell(load(spoilt("faults", [{"kind": "leak", "at": "3 days", "place": "0.2 mL", "share": "40 %"}])))
    doses = [each.dose_pg_per_day for each in told.at_tip]
    assert doses[-1] == 180_000_000
    assert 300_000_000 in doses


def test_a_mixed_path_blurs_a_change_that_a_plug_carries_whole() -> None:
    """The same visit, the same mass in the end; but the dose no longer jumps from one value to the next."""

    def steps(flow: str) -> int:
        plain: dict[str, Any] = json.loads(spoilt("catheter.flow", flow)) | {"faults": []}
        plain["visits"][0]["refill"]["concentration"] = "500 mcg/mL"
        plain["visits"][0]["program"]["concentration"] = "500 mcg/mL"
        return len(tell(load(json.dumps(plain))).at_tip)

    assert steps("mixed") > 3 * steps("plug")


def test_models_of_faults_are_parts_of_a_plan() -> None:
    """Each is one, so that each refuses a field that it does not know."""
    assert all(issubclass(model, FaultPart) for model in KINDS.values())
