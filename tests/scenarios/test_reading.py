"""A scenario is read whole, or refused on one line that names the field and says what would be right."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios.helpers import GONE, PERIODIC, PLAIN, spoilt

from thecal.errors import BadInput
from thecal.pump.infusion import PeriodicBolus
from thecal.scenario import load, read, schema, tell
from thecal.scenario.models import Flex

NO_BREAK = "300\u00a0\u00b5g/day"

PUNCTURE = {"by": "lumbar puncture", "at": "1 h", "dose": "50 mcg"}
DRAIN = {"at": "1 h", "volume": "35 mL", "over": "30 min", "level": "L3"}

# (path to spoil, value, the field that must be named, a word of what must be said or remedied)
BAD: list[tuple[str, object, str, str]] = [
    ("visits.0.program.daily_doze", "1", "visits[0].program.daily_doze", "daily_dose"),
    ("patient.pulse", 1, "patient.pulse", "not a field"),
    ("visits.0.program.daily_dose", "300", "visits[0].program.daily_dose", "no unit"),
    ("visits.0.program.daily_dose", 300, "visits[0].program.daily_dose", "no unit"),
    ("visits.0.program.daily_dose", "300 mcg", "visits[0].program.daily_dose", "300 mcg/day"),
    ("visits.0.program.daily_dose", "-300 mcg/day", "visits[0].program.daily_dose", "negative"),
    ("visits.0.program.daily_dose", "NaN mcg/day", "visits[0].program.daily_dose", "300 mcg/day"),
    ("visits.0.program.daily_dose", float("nan"), "visits[0].program.daily_dose", "not a number"),
    ("visits.0.program.daily_dose", float("inf"), "visits[0].program.daily_dose", "not a number"),
    ("visits.0.program.daily_dose", "1e3 mcg/day", "visits[0].program.daily_dose", "300 mcg/day"),
    ("visits.0.program.daily_dose", "300000000 mcg/day", "visits[0].program.daily_dose", "absurd"),
    ("visits.0.program.daily_dose", "9" * 5_000 + " mcg/day", "visits[0].program.daily_dose", "300 mcg/day"),
    ("visits.0.program.daily_dose", "0 mcg/day", "visits[0].program.daily_dose", "nothing"),
    ("visits.0.program.daily_dose", "1,500 mcg/day", "visits[0].program.daily_dose", "ambiguous"),
    ("visits.0.program.daily_dose", GONE, "visits[0].program.daily_dose", "missing"),
    ("visits.0.program.daily_dose", True, "visits[0].program.daily_dose", "not text"),
    ("visits.0.program.daily_dose", None, "visits[0].program.daily_dose", "not text"),
    ("visits.0.program.daily_dose", [], "visits[0].program.daily_dose", "not text"),
    ("visits.0.program.concentration", "0 mcg/mL", "visits[0].program.concentration", "zero"),
    ("visits.0.program.concentration", "1,500 mcg/mL", "visits[0].program.concentration", "ambiguous"),
    ("visits.0.program.infusion_mode", "bolus", "visits[0].program.infusion_mode", "simple continuous"),
    ("visits.0.program.infusion_mode", GONE, "visits[0].program.infusion_mode", "simple continuous"),
    ("visits.0.program", 5, "visits[0].program", "{ }"),
    ("visits.0.at", "2", "visits[0].at", "no unit"),
    ("visits.0.at", "9 days", "visits[0].at", "not before the end"),
    ("visits.0", {"at": "1 day"}, "visits[0]", "nothing"),
    ("visits.0.refill.volume", "21 mL", "visits[0].refill.volume", "20 mL"),
    ("visits.0.bridge", "maybe", "visits[0].bridge", "'bridge' or 'no bridge'"),
    ("visits.0.reason", "two\nlines", "visits[0].reason", "one line"),
    ("visits", {}, "visits", "[ ]"),
    ("program.days.0.1.from", "07:00", "program.days[0][1].from", "gap from 06:00 to 07:00"),
    ("program.days.0.1.from", "05:00", "program.days[0][1].from", "overlap from 05:00 to 06:00"),
    ("program.days.0.0.from", "00:30", "program.days[0][0].from", "gap from 00:00 to 00:30"),
    ("program.days.0.1.to", "23:00", "program.days[0][1].to", "gap from 23:00 to 24:00"),
    ("program.days.0.1.to", "05:00", "program.days[0][1].to", "after"),
    ("program.days.0.1.to", "24:30", "program.days[0][1].to", "time of day"),
    ("program.days.0.1.to", "6 pm", "program.days[0][1].to", "time of day"),
    ("program.days.0.1.dose_rate", "10 mcg/day", "program.days[0][1].dose_rate", "12.5 mcg/h"),
    ("program.days.0", [], "program.days[0]", "is empty"),
    ("program.days", [PLAIN["program"]["days"][0]] * 2, "program.days", "seven"),
    ("program.days.0", PLAIN["program"]["days"][0] * 7, "program.days[0]", "at most 13"),
    ("faults.0.until", "2 days", "faults[0].until", "after"),
    ("faults.0.kind", "stalled", "faults[0].kind", "stall"),
    ("program", PERIODIC | {"every": "7 h"}, "program.every", "divides 24 h"),
    ("program", PERIODIC | {"every": "30 s"}, "program.every", "divides 24 h"),
    ("program", PERIODIC | {"lasts": "6 h"}, "program.lasts", "shorter"),
    ("program", PERIODIC | {"first": "06:00"}, "program.first", "first interval"),
    ("program", PERIODIC | {"dose": "4 mcg"}, "program.dose", "basal"),
    ("program", PERIODIC | {"dose": "30 mcg/day"}, "program.dose", "50 mcg"),
    ("program", PERIODIC | {"basal": "8 mcg"}, "program.basal", "12.5 mcg/h"),
    ("program", PERIODIC | {"every": 6}, "program.every", "no unit"),
    ("program", {**PERIODIC, "doze": 1}, "program.doze", "dose"),
    ("catheter.flow", "turbulent", "catheter.flow", "'mixed'"),
    ("patient.tip_level", "T13", "patient.tip_level", "T10"),
    ("patient.age_years", -1, "patient.age_years", "greater than or equal to 0"),
    ("patient.age_years", 1_000, "patient.age_years", "less than or equal to 120"),
    ("patient.age_years", 42.5, "patient.age_years", "whole number"),
    ("patient.age_years", "42", "patient.age_years", "whole number"),
    ("patient.baseline_mas", "5", "patient.baseline_mas", "'1+'"),
    ("patient.name", "", "patient.name", "empty"),
    ("patient.tip_level", "S2", "patient.tip_level", "C1 to S1"),
    ("patient.height", "165", "patient.height", "centimetres"),
    ("patient.height", "65 in", "patient.height", "centimetres"),
    ("patient.weight", "62", "patient.weight", "62 kg"),
    ("patient.weight", "62000 g", "patient.weight", "62 kg"),
    ("patient.weight", "0 kg", "patient.weight", "nothing"),
    ("patient.lumbar_csf", "44", "patient.lumbar_csf", "no unit"),
    ("patient.sex", "f", "patient.sex", "'female'"),
    ("patient.tolerance", "none", "patient.tolerance", "'dynamic'"),
    ("patient.baseline_penn", 5, "patient.baseline_penn", "less than or equal to 4"),
    ("patient.placebo", "yes", "patient.placebo", "boolean"),
    ("boluses", [{"by": "mouth", "at": "1 h", "dose": "50 mcg"}], "boluses[0].by", "lumbar puncture"),
    ("boluses", [{"at": "1 h", "dose": "50 mcg"}], "boluses[0].by", "missing"),
    ("boluses", [PUNCTURE | {"dose": "50 mcg/day"}], "boluses[0].dose", "50 mcg"),
    ("boluses", [PUNCTURE | {"level": "T10"}], "boluses[0].level", "below the cord"),
    ("boluses", [PUNCTURE | {"at": "6 days"}], "boluses[0].at", "not before the end"),
    ("boluses", [PUNCTURE | {"volume": "1 mL"}], "boluses[0].volume", "not a field"),
    ("drains", [DRAIN | {"volume": "35"}], "drains[0].volume", "no unit"),
    ("drains", [DRAIN | {"at": "5.99 days"}], "drains[0].at", "not before the end"),
    ("drains", [DRAIN, DRAIN | {"at": "70 min"}], "drains[1].at", "not after the drain"),
    ("posture", [{"at": "1 h", "posture": "upside down"}], "posture[0].posture", "'lying'"),
    ("posture", [{"at": "1 h", "posture": "lying"}] * 2, "posture[1].at", "in order"),
    ("patient.name", "x" * 10_000, "patient.name", "too long"),
    ("patient.name", "\ud800", "patient.name", "text"),
    ("patient.origin", "brain", "patient.origin", "'cerebral'"),
    ("pump.model", "SynchroMed", "pump.model", "Thecal reference pump 40 mL"),
    ("catheter.implanted", "-89 cm", "catheter.implanted", "89 cm"),
    ("catheter.implanted", "89 mL", "catheter.implanted", "89 cm"),
    ("catheter.implanted", "9999 cm", "catheter.implanted", "absurd"),
    ("catheter.per_cm", "0.0022 mL", "catheter.per_cm", "0.0022 mL/cm"),
    ("reservoir.fill", "20 l", "reservoir.fill", "unit"),
    ("reservoir.fill", "25 mL", "reservoir.fill", "20 mL"),
    ("start", "2026-03-02T09:00", "start", "offset"),
    ("start", "yesterday", "start", "date and time"),
    ("start", "0001-01-01T00:00+00:00", "start", "absurd"),
    ("start", 5, "start", "date and time"),
    ("fictional", False, "fictional", "True"),
    ("thecal", 2, "thecal", "1"),
    ("until", "99999 days", "until", "absurd"),
    ("every", "1 s", "every", "minute"),
    ("every", GONE, "every", "missing"),
]


@pytest.mark.parametrize(("path", "value", "field", "word"), BAD)
def test_what_is_wrong_is_named_on_one_line(path: str, value: object, field: str, word: str) -> None:
    """Every spoilt entry ends in BadInput for that very field, with a word that helps, on one line of decent length."""
    with pytest.raises(BadInput) as refused:
        load(spoilt(path, value))
    line = str(refused.value)
    assert refused.value.field == field
    assert word in line
    assert line.isprintable()
    assert len(line) < 400
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "{ }"),
        ("null", "{ }"),
        ("NaN", "not a number"),
        ("[" * 100_000, "beyond reason"),
        ("9" * 10_000, "beyond reason"),
        ('{"title": "a", "title": "b"}', "twice"),
        ('{"patient": {"name": "a", "name": "b"}}', "patient.name"),
        (" " * 1_000_001, "megabyte"),
        ('{"a\\nb": 1}', "a\\nb"),
        ('{"\\ud800": 1}', "ud800"),
    ],
)
def test_what_is_no_scenario_is_refused(text: str, word: str) -> None:
    """Broken, doubled, endless or oversized JSON is bad input too, and never anything worse."""
    with pytest.raises(BadInput) as refused:
        load(text)
    assert word in str(refused.value)
    assert str(refused.value).isprintable()


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
places = st.sampled_from(sorted({path for path, *_ in BAD if "daily_doze" not in path and "pulse" not in path}))


@given(path=places, value=junk)
def test_any_json_anywhere_is_read_or_refused(path: str, value: Any) -> None:
    """Whatever stands in a field, the answer is a scenario or one printable line."""
    try:
        line = load(spoilt(path, value)).title
    except BadInput as refused:
        line = str(refused)
    assert line.isprintable()


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text raises anything but BadInput."""
    with pytest.raises(BadInput):
        load(text)


def test_units_are_read_exactly() -> None:
    """Micrograms by either name and milligrams mean the same integer, and what may be left out has a default."""
    doses = []
    for dose in ("300 mcg/day", "0.3 mg/day", NO_BREAK):
        program = load(spoilt("visits.0.program.daily_dose", dose)).visits[0].program
        assert program is not None
        assert program.infusion_mode == "simple continuous"
        doses.append(program.dose_pg_per_day)
    assert doses == [300_000_000] * 3
    scenario = load(json.dumps(PLAIN))
    assert (scenario.catheter.catheter_nl, scenario.catheter.true_path_nl) == (195_800, 335_800)
    assert isinstance(scenario.program, Flex)
    assert scenario.program.days[0][1].dose_pg_per_h == 10_000_000
    assert scenario.utc_offset_min == 60
    assert scenario.start_ms == 1_772_438_400_000


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Missing files, folders and bytes that are no text are bad input that names the file."""
    noise = tmp_path / "noise.json"
    noise.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing.json", tmp_path, noise):
        with pytest.raises(BadInput) as refused:
            read(path)
        assert refused.value.field == str(path)


def test_a_file_of_any_size_is_not_swallowed(tmp_path: Path) -> None:
    """A file far above a megabyte is refused after a megabyte."""
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(BadInput, match="megabyte"):
        read(path)


def test_doses_at_even_times_are_read_and_given() -> None:
    """Four doses of 30 mcg and 22 h at 8 mcg/h; the steps of the tip's dose say so."""
    told = tell(load(spoilt("program", PERIODIC)).model_copy(update={"faults": (), "visits": ()}))
    mode = told.run.device.pump.program
    assert mode is not None
    assert isinstance(mode.infusion_mode, PeriodicBolus)
    assert mode.infusion_mode.doses_per_day == 4
    assert {each.dose_pg_per_day for each in told.at_tip} == {192_000_000, 1_440_000_000}


def test_the_published_schema_is_the_one_that_is_used(repository: Path) -> None:
    """docs/scenario.schema.json is what `python -m thecal.scenario` prints."""
    assert (repository / "docs/scenario.schema.json").read_text(encoding="utf-8") == schema()
