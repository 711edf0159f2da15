"""A pump without a link: years in a moment, its log as JSON lines, with a plan of faults."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.helpers import CHANGE, ROOT, Shell

from thecal.canonical import from_plain
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import Event, verify_chain

FLEX = str(ROOT / "examples/03_flex_day.json")
PLANS = sorted((ROOT / "examples/plans").glob("*.json"))
FILLED = ("--fill", "18 mL", "--concentration", "500 mcg/mL")


def lines(printed: str) -> tuple[Event, ...]:
    """Every line that was printed, as the event that it is."""
    return tuple(from_plain(Event, json.loads(line)) for line in printed.splitlines())


def plan(folder: Path, *faults: dict[str, object]) -> Path:
    """A plan's file."""
    path = folder / "plan.json"
    path.write_text(json.dumps({"version": 1, "faults": faults}), encoding="utf-8")
    return path


def came_to(thecal: Shell, *arguments: object) -> dict[str, Any]:
    """The JSON of a run."""
    said = thecal("pump", "run", *arguments, "--json")
    assert (said.code, said.err) == (0, "")
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_a_year_is_printed_line_by_line_and_summed_up(thecal: Shell, tmp_path: Path) -> None:
    """On stdout the pump's own log, whole and chained, as in its folder; on stderr one line with time and speed."""
    said = thecal("pump", "run", "--new", tmp_path / "pump", "--scenario", FLEX, "--for", "365 days")
    assert said.code == 0
    events = lines(said.out)
    verify_chain(events)
    assert [event.detail for event in events[2:]] == ["LOW_RESERVOIR", "EMPTY_RESERVOIR"]
    assert (tmp_path / "pump/events.jsonl").read_text(encoding="utf-8") == said.out
    assert said.err.count("\n") == 1
    assert said.err.startswith("R-0001: 365 d of the pump's time in ")
    assert "not a medical device" in said.err


def test_a_year_takes_a_moment(thecal: Shell, tmp_path: Path) -> None:
    """A million times real time at the very least, and every number of the account is there."""
    run = came_to(thecal, "--new", tmp_path / "pump", "--scenario", FLEX, "--for", "365 days")
    assert run["virtual_ms"] == 365 * 86_400_000
    assert run["times_real_time"] > 1_000_000
    assert (run["state"], run["alarms"]) == ("INFUSING", ["LOW_RESERVOIR", "EMPTY_RESERVOIR"])
    drug = run["drug_pg"]
    assert drug["tip_pg"] == 40_000_000_000
    assert run["simulated_actual_nl"] == 0


def test_a_run_in_two_parts_is_the_run_in_one(thecal: Shell, tmp_path: Path) -> None:
    """The same scenario gives the same log, however the time is cut."""
    whole = came_to(thecal, "--new", tmp_path / "whole", "--scenario", FLEX, "--for", "150 days")
    came_to(thecal, "--new", tmp_path / "parts", "--scenario", FLEX, "--for", "107 days")
    parts = came_to(thecal, "--dir", tmp_path / "parts", "--for", "43 days")
    assert whole["log_head"] == parts["log_head"]
    assert whole["drug_pg"] == parts["drug_pg"]
    assert (tmp_path / "whole/events.jsonl").read_bytes() == (tmp_path / "parts/events.jsonl").read_bytes()


def test_a_plan_is_carried_out_from_the_pump_s_now(thecal: Shell, tmp_path: Path) -> None:
    """With a pump that runs already, a stall after a day comes a day later; only the new lines are printed."""
    folder = tmp_path / "pump"
    begun_ms = came_to(thecal, "--new", folder, "--scenario", FLEX, "--for", "3 days")["now_ms"]
    faults = plan(tmp_path, {"kind": "stall", "at": "1 day", "until": "2 days", "sensed_after": "20 min"})
    events = lines(thecal("pump", "run", "--dir", folder, "--faults", faults, "--for", "3 days").out)
    assert [event.kind.name for event in events] == [
        "MOTOR_STALLED",
        "ALARM_RAISED",
        "MOTOR_RECOVERED",
        "ALARM_CLEARED",
    ]
    assert events[0].at_ms == begun_ms + 86_400_000 + 1_200_000


def test_a_plan_goes_into_a_new_pump(thecal: Shell, tmp_path: Path) -> None:
    """Forty per cent leak out at the connector, and the account says so."""
    faults = plan(tmp_path, {"kind": "leak", "at": "0 h", "place": "connector", "share": "40 %"})
    run = came_to(thecal, "--new", tmp_path / "p", "--scenario", FLEX, "--faults", faults, "--for", "30 days")
    leaked, reached = run["drug_pg"]["leaked_pg"], run["drug_pg"]["tip_pg"]
    assert abs(leaked * 6 - reached * 4) * 1_000 < reached


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_every_example_of_a_plan_runs(path: Path, thecal: Shell, tmp_path: Path) -> None:
    """Each makes something happen that the pump remembers."""
    plain = came_to(thecal, "--new", tmp_path / "plain", "--scenario", FLEX, "--for", "30 days")
    run = came_to(thecal, "--new", tmp_path / "ill", "--scenario", FLEX, "--faults", path, "--for", "30 days")
    assert run["log_lines"] > plain["log_lines"]


@pytest.mark.parametrize("model", PUMP_MODELS)
def test_every_pump_in_the_table_can_be_made_and_filled(model: str, thecal: Shell, tmp_path: Path) -> None:
    """From the shelf: filled, stopped, and asking to be programmed after two days or not at all."""
    run = came_to(thecal, "--new", tmp_path / "pump", "--model", model, *FILLED, "--for", "4 days")
    assert run["state"] == "STOPPED"
    assert run["simulated_actual_nl"] == 18_000_000


CONFLICTS: list[tuple[tuple[str, ...], str, str]] = [
    (("--new", "x", "--for", "1 day", "--port", "4620"), "--port", "without a link"),
    (("--new", "x", "--for", "1 day", "--speed", "60"), "--speed", "as fast as it goes"),
    (("--new", "x", "--for", "1 day", "--log", "--json"), "--log", "one document"),
    (("--new", "x", "--json"), "--json", "--for"),
    (("--dir", "x", "--model", "y"), "--model", "the pump that is there"),
    (("--dir", "x", "--scenario", FLEX), "--scenario", "the pump that is there"),
    (("--new", "x", "--scenario", FLEX, "--fill", "20 mL"), "--fill", "says which pump"),
    (("--new", "x", "--dir", "x"), "--new or --dir", "one folder"),
    (("--new", "x", "--for", "30"), "--for", "unit"),
    (("--new", "x", "--for", "0 days"), "--for", "no time"),
    (("--new", "x", "--faults", "gone.json"), "gone.json", "cannot be read"),
    (("--new", "x", "--model", "y"), "--model", "Prometra II class 20 mL"),
]


@pytest.mark.parametrize(("arguments", "field", "word"), CONFLICTS)
def test_options_that_cannot_both_be_meant_are_named_on_one_line(
    arguments: tuple[str, ...], field: str, word: str, thecal: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, one line with what to do, and no folder was made."""
    monkeypatch.chdir(tmp_path)
    said = thecal("pump", "run", *arguments)
    assert (said.code, said.err.count("\n"), said.out) == (2, 1, "")
    assert said.err.startswith(f"{field}: ")
    assert word in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_fault_that_does_not_fit_leaves_no_pump_behind(thecal: Shell, tmp_path: Path) -> None:
    """A place beyond the tip is bad input before anything is written."""
    faults = plan(tmp_path, {"kind": "disconnection", "at": "1 day", "place": "5 mL"})
    said = thecal("pump", "run", "--new", tmp_path / "pump", "--scenario", FLEX, "--faults", faults, "--for", "1 day")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "faults[0].place" in said.err
    assert not (tmp_path / "pump").exists()


def test_an_interrupted_run_says_so(thecal: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before the end is exit code 130, with the line that says how far it came."""
    came_to(thecal, "--new", tmp_path / "pump", "--scenario", FLEX, "--for", "1 day")
    monkeypatch.setattr("thecal.cli.pump._print_event", lambda _: signal.raise_signal(signal.SIGINT))
    said = thecal("pump", "run", "--dir", tmp_path / "pump", "--for", "1000 days")
    assert said.code == 130
    assert said.err.startswith("R-0001: 120 d of the pump's time")


def test_with_a_link_the_log_is_all_that_stdout_has(tmp_path: Path) -> None:
    """The greeting goes to stderr, and each event comes as it happens: at first those that made the pump."""
    command = [sys.executable, "-m", "thecal.cli", "pump", "run", "--new", str(tmp_path / "p"), "--scenario", CHANGE]
    with subprocess.Popen([*command, "--log"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        second = process.stdout.readline()
        assert process.stderr is not None
        assert "answers at 127.0.0.1:" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert [event.kind.name for event in lines(first + second + rest)] == ["MANUFACTURED", "UPDATE_COMMITTED"]
