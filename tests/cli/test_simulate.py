"""`thecal twin simulate`: a run told in words, as rows, as JSON and as pictures, never a bare line."""

import json
import re
from pathlib import Path

import pytest
from tests.cli.helpers import CHANGE, ROOT, Shell
from tests.scenarios.helpers import spoilt

from thecal.cli.story_pictures import FIGURES
from thecal.scenario import Story, read, tell

FAULTS = ROOT / "examples/08_faults.json"
MISSED = ROOT / "examples/13_missed_refill.json"
OVERDOSE = ROOT / "examples/14_overdose_drained.json"


def test_a_simulation_is_told_in_words(thecal: Shell) -> None:
    """Dose at the tip, what happened, both reservoirs, and what Thecal is not."""
    said = thecal("twin", "simulate", ROOT / "examples/02_short_catheter.json")
    assert said.code == 0
    assert re.search(r"2 h 33 min +1200", said.out)
    assert "calculated by the pump" in said.out
    assert "simulated actual" in said.out
    assert "not a medical device" in said.out


def test_every_prediction_wears_its_band_and_its_doubts(thecal: Shell) -> None:
    """Tone with its band, where the band comes from, what was assumed, how many measurements lie outside."""
    said = thecal("twin", "simulate", CHANGE)
    assert re.search(r"tone, soleus, most: Modified Ashworth \d\.\d \(\d\.\d to \d\.\d\)", said.out)
    assert re.search(r"it comes from: sensitivity \d+%", said.out)
    assert "virtual patients" in said.out
    assert re.search(r"\d+ of \d+ published measurements lie outside", said.out)


def test_too_much_is_warned_of_and_nobody_is_reassured(thecal: Shell) -> None:
    """An overdose names what its most sensitive people may have; no word says that anything is low, small or safe."""
    said = thecal("twin", "simulate", OVERDOSE)
    assert re.search(r"breathing risk among the most sensitive: up to [4-9]\d%", said.out)
    assert "can warn and never reassure" in said.out
    assert re.search(r"left with the fluid drained: \d+(\.\d)? mcg", said.out)
    assert "500 mcg by lumbar puncture at L3" in said.out
    assert not re.search(r"\b(safe|low risk|small risk|harmless)\b", said.out)


def test_withdrawal_is_told_with_its_stage_and_its_signs(thecal: Shell) -> None:
    """Only where it was looked for: not where tolerance is held."""
    said = thecal("twin", "simulate", MISSED)
    assert re.search(r"withdrawal, early, from 2026-03-\d\dT.+itch without rash", said.out)
    assert "withdrawal, severe, from" in said.out
    assert re.search(r"withdrawal, grave, in the most affected, from 2026-03-\d\dT.+CK", said.out)
    assert "withdrawal, early" not in thecal("twin", "simulate", ROOT / "examples/04_motor_stall.json").out


def test_drug_that_never_arrives_is_told(thecal: Shell) -> None:
    """A leak is in the words of a simulation, and in no other simulation."""
    assert "never reached the cord: 240 mcg leaked into tissue." in thecal("twin", "simulate", FAULTS).out
    assert "never reached" not in thecal("twin", "simulate", CHANGE).out


def test_a_simulation_is_json_for_programs(thecal: Shell) -> None:
    """Every hour of six days, with the band beside each prediction; the same bytes every time."""
    said = thecal("twin", "simulate", CHANGE, "--json", "--levels", "t6, L3")
    plain = json.loads(said.out)
    assert len(plain["rows"]) == 6 * 24 + 1
    row = plain["rows"][0]
    soleus = row["muscles"]["soleus"]
    assert soleus["suppressed_low"] < soleus["suppressed"] < soleus["suppressed_high"]
    assert list(row["csf_mcg_per_ml"]) == ["C2", "T6", "T10", "L3"]
    assert row["csf_mcg_per_ml"]["T6"]["low"] < row["csf_mcg_per_ml"]["T6"]["high"]
    assert "not a medical device" in plain["says"]
    assert thecal("twin", "simulate", CHANGE, "--json", "--levels", "t6, L3").out == said.out


def test_a_stage_of_withdrawal_is_json_by_name(thecal: Shell) -> None:
    """None where tolerance is held; else the stage in words, with its band."""
    assert json.loads(thecal("twin", "simulate", CHANGE, "--json").out)["rows"][0]["withdrawal"] is None
    rows = json.loads(thecal("twin", "simulate", MISSED, "--json").out)["rows"]
    assert rows[0]["withdrawal"] == {"predicted": "none", "low": "none", "high": "none"}
    assert "severe" in {row["withdrawal"]["predicted"] for row in rows}


def test_a_table_has_every_row_and_explains_itself(thecal: Shell) -> None:
    """145 rows, none cut; the sources of the numbers and what the body gets wrong on request."""
    said = thecal("twin", "simulate", CHANGE, "--table", "--explain")
    assert len(re.findall(r"T\d\d:00\+01:00 +\d+\.?\d* +\d", said.out)) == 6 * 24 + 1
    assert "…" not in said.out
    assert "assumed" in said.out
    assert "What the body gets wrong" in said.out
    hours = [line for line in said.out.splitlines() if re.match(r"\d{4}-\d\d-\d\dT\d\d:00\+01:00 +\d+\.?\d* +\d", line)]
    assert all(line.count(" to ") == 5 for line in hours), "three levels, tone and its grade, each with its band"


def test_a_chance_is_never_told_as_none(thecal: Shell, tmp_path: Path) -> None:
    """At 30 mcg a day the risk to breathing is below one per cent: that is said, for a zero would reassure."""
    plan = json.loads((ROOT / "examples/10_infusion_begins.json").read_text(encoding="utf-8"))
    plan["program"]["daily_dose"] = "30 mcg/day"
    file = tmp_path / "little.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    assert "breathing risk among the most sensitive: under 1%, " in thecal("twin", "simulate", file).out


@pytest.mark.parametrize(("suffix", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_a_simulation_can_be_drawn(thecal: Shell, tmp_path: Path, suffix: str, begins: bytes) -> None:
    """The picture is a whole file of its kind, and nothing else is left in its folder."""
    drawn = tmp_path / f"run.{suffix}"
    assert thecal("twin", "simulate", CHANGE, "--picture", drawn).code == 0
    assert drawn.read_bytes().startswith(begins)
    assert [each.name for each in tmp_path.iterdir()] == [drawn.name]


@pytest.fixture(scope="module")
def stories() -> tuple[Story, ...]:
    """One with needles and drains, one with withdrawal."""
    return tuple(tell(read(path)) for path in (OVERDOSE, MISSED))


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_can_be_drawn_and_says_what_was_assumed(stories: tuple[Story, ...], figure: str) -> None:
    """What is predicted says its assumptions; the dose at the tip is arithmetic."""
    for story in stories:
        svg = FIGURES[figure](story, "quadriceps").svg()
        assert ("Assumed" in svg) == (figure != "tip")
        assert "not a medical device" in svg


def test_a_figure_is_chosen_by_its_name(thecal: Shell, tmp_path: Path, stories: tuple[Story, ...]) -> None:
    """The file holds that figure and no other."""
    drawn = tmp_path / "signs.svg"
    assert thecal("twin", "simulate", OVERDOSE, "--picture", drawn, "--figure", "signs").code == 0
    assert drawn.read_text(encoding="utf-8") == FIGURES["signs"](stories[0], "soleus").svg()


def test_a_child_under_four_is_refused_where_a_body_is_simulated(thecal: Shell, tmp_path: Path) -> None:
    """One line names the age; a review of the same file asks for no body."""
    young = tmp_path / "young.json"
    young.write_text(spoilt("patient.age_years", 3), encoding="utf-8")
    said = thecal("twin", "simulate", young)
    assert said.code == 2
    assert said.err.startswith("patient.age_years: 3 years is outside")
    assert said.err.count("\n") == 1
    assert thecal("review", young).code in {0, 1, 3}
