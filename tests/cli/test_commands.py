"""Every command: help with an example, JSON, an exit code that means something, and one line where it goes wrong."""

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from tests.cli.helpers import CHANGE, ROOT, WEAKER, Shell, process
from tests.scenarios.helpers import PERIODIC, spoilt

from thecal.cli.frame import app

FAULTS = str(ROOT / "examples/08_faults.json")
START = ("care", "start", "--screening", "50 mcg", "--lasted", "6 h", "--ended")
BRIDGE = ("care", "bridge", "--dose", "300 mcg/day", "--old", "500 mcg/mL", "--new", "2000 mcg/mL", "--catheter")


def commands() -> Iterator[tuple[str, ...]]:
    """The words of every command of the tree."""
    tree: Any = typer.main.get_command(app)
    for noun, group in tree.commands.items():
        verbs = getattr(group, "commands", None)
        if verbs is None:
            yield (noun,)
        else:
            yield from ((noun, verb) for verb in verbs)


COMMANDS = sorted(commands())


def test_the_commands_are_those_of_the_map() -> None:
    """No noun or verb that the design does not have; those of later issues are not there yet."""
    care = {("care", verb) for verb in ("start", "titrate", "refill", "bridge", "prime", "residual")}
    care |= {("care", verb) for verb in ("rules", "questions", "check", "wean")}
    pump = {("pump", verb) for verb in ("run", "tones")}
    wand = {("wand", verb) for verb in ("interrogate", "update", "stop", "skin", "emergency-stop")}
    wand |= {("wand", verb) for verb in ("acknowledge", "set-clock", "patient-dose")}
    twin = {("twin", verb) for verb in ("simulate", "validate", "calibrate", "sbml")}
    assert set(COMMANDS) == {("demo",), ("review",), *pump, *twin, *care, *wand}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_helps_with_an_example_and_its_exit_codes(thecal: Shell, words: tuple[str, ...]) -> None:
    """`--help` shows how the command is called, as one can type it."""
    said = thecal(*words, "--help")
    text = " ".join(said.out.split())
    assert said.code == 0
    assert f"Example: thecal {' '.join(words)}" in text
    assert "Exit codes" in text
    assert words in {("demo",), ("pump", "run"), ("twin", "sbml")} or "--json" in text


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_an_unknown_option_is_one_line(thecal: Shell, words: tuple[str, ...]) -> None:
    """A slip of typing is answered on one line of stderr that says where help is."""
    said = thecal(*words, "--nonsense")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert f"thecal {' '.join(words)} --help" in said.err
    assert not said.out


def test_every_command_is_in_the_manual() -> None:
    """The page on the command line has a heading and a line to type for each command, and no other."""
    manual = (ROOT / "docs/manual/command-line.md").read_text(encoding="utf-8")
    assert sorted(tuple(words.split()) for words in re.findall(r"(?m)^## thecal (.+)$", manual)) == COMMANDS
    typed = re.findall(r"(?m)^thecal .+$", manual)
    assert all(any(f"{line} ".startswith(f"thecal {' '.join(words)} ") for line in typed) for words in COMMANDS)


def test_every_finished_line_of_the_manual_works(thecal: Shell, tmp_path: Path) -> None:
    """What needs no pump can be typed as it stands there."""
    manual = (ROOT / "docs/manual/command-line.md").read_text(encoding="utf-8")
    for line in re.findall(r"(?m)^thecal (?:twin|review|care) .+$", manual):
        words = [word.replace("examples/", f"{ROOT}/examples/") for word in shlex.split(line)[1:]]
        words = [str(tmp_path / word) if re.fullmatch(r"[\w-]+\.(pdf|svg|json)", word) else word for word in words]
        if "--read-out" not in words:
            assert thecal(*words).code in {0, 3}, line


def test_nouns_alone_show_what_they_can() -> None:
    """`thecal` and `thecal wand` list their commands."""
    assert "emergency-stop" in process("wand").out
    assert "simulate" in process("twin", "--help").out
    assert "review" in process().out


def test_help_is_fast() -> None:
    """Neither SciPy nor Django nor pydantic is imported to say what there is."""
    heavy = ["numpy", "scipy", "django", "pydantic", "rich", "lakers", "cryptography", "typst", "asyncio"]
    script = f"import sys, thecal.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    begun = time.perf_counter()
    assert process("--help").code == 0
    assert time.perf_counter() - begun < 2.0


def test_the_version_is_told(thecal: Shell) -> None:
    """`--version` names the program and its version."""
    assert re.fullmatch(r"thecal \d+\.\d+\.\d+\n", thecal("--version").out)


def test_bad_input_is_one_line_and_nothing_is_written(thecal: Shell, tmp_path: Path) -> None:
    """The field and what would be right on stderr, exit code 2, no file."""
    bad = tmp_path / "bad.json"
    for path, value in (("visits.0.program.daily_dose", "1,500 mcg/day"), ("program.days.0.1.from", "07:00")):
        bad.write_text(spoilt(path, value), encoding="utf-8")
        for words in (("twin", "simulate", bad), ("review", bad)):
            said = thecal(*words, "--picture", tmp_path / "run.svg")
            assert said.code == 2
            assert said.err.count("\n") == 1
            assert not said.out
    assert [each.name for each in tmp_path.iterdir()] == ["bad.json"]


@pytest.mark.parametrize(
    "words",
    [
        ("twin", "simulate", "missing.json"),
        ("twin", "simulate", "."),
        ("twin", "simulate", CHANGE, "--muscle", "heart"),
        ("twin", "simulate", CHANGE, "--levels", "T10,T13"),
        ("twin", "simulate", CHANGE, "--picture", "run.svg", "--figure", "heart"),
        ("twin", "simulate", CHANGE, "--picture", "run.bmp"),
        ("twin", "simulate", CHANGE, "--picture", "no/such/folder/run.svg"),
        ("review", "missing.json"),
        ("review", CHANGE, "--visit", "2"),
        ("review", CHANGE, "--visit", "0"),
        ("review", CHANGE, "--visit", "one"),
        ("review", CHANGE, "--read-out", "missing.json"),
        ("review", CHANGE, "--read-out", CHANGE),
        ("review", CHANGE, "--order", "no/such/folder/order.json"),
        ("pump", "run"),
        ("pump", "run", "--dir", "no/such/folder"),
        ("pump", "run", "--new", "a", "--dir", "b"),
        ("pump", "run", "--new", "a", "--fill", "20 mL"),
        ("pump", "run", "--new", "a", "--fill", "30 mL", "--concentration", "500 mcg/mL"),
        ("pump", "run", "--new", "a", "--model", "heart pump"),
        ("pump", "run", "--new", "a", "--scenario", "missing.json"),
        ("pump", "run", "--new", "a", "--port", "99999"),
        ("pump", "tones", "--write", "no/such/folder"),
        ("wand", "skin", "--to", "nowhere"),
        ("wand", "skin", "--to", "127.0.0.1:0"),
        ("wand", "skin"),
        ("wand", "interrogate", "--as", "missing.json", "--to", "127.0.0.1:9"),
        ("wand", "interrogate", "--as", CHANGE, "--to", "127.0.0.1:9"),
        ("wand", "update", CHANGE, "--as", "missing.json", "--to", "127.0.0.1:9"),
        ("wand", "emergency-stop", "--key", "123", "--to", "127.0.0.1:9"),
        ("wand", "acknowledge", "toothache", "--as", "missing.json", "--to", "127.0.0.1:9"),
        ("wand", "acknowledge", "low-reservoir", "--as", "missing.json", "--to", "127.0.0.1:9"),
        *(
            ("wand", "set-clock", "--at", at, "--as", "missing.json", "--to", "127.0.0.1:9")
            for at in ("noon", "2026-03-02T08:00", "2026-13-02T08:00+01:00", "0001-01-01T00:00+14:00", "")
        ),
        ("wand", "patient-dose", "--as", "missing.json", "--to", "127.0.0.1:9"),
        ("care", "start", "--screening", "50"),
        ("care", "start", "--screening", "0 mcg"),
        ("care", "start", "--screening", "-50 mcg"),
        ("care", "titrate", "--old", "300", "--new", "330 mcg/day"),
        ("care", "titrate", "--old", "0 mcg/day", "--new", "330 mcg/day"),
        ("care", "titrate", "--old", "300 mcg/day", "--new", "330 mcg/day", "--origin", "brain"),
        ("care", "refill", "--reservoir", "20 mL", "--dose", "300 mcg/day", "--concentration", "0 mcg/mL"),
        ("care", "refill", "--reservoir", "20 mL", "--dose", "1 ng/day", "--concentration", "2000 mcg/mL"),
        (*BRIDGE, "0.1958"),
        ("care", "prime", "--concentration", "500 mcg/mL", "--catheter", "0.1694 mL", "--catheter-holds", "air"),
        ("care", "residual", "--expected", "nan mL", "--withdrawn", "2 mL"),
        ("care", "residual", "--expected", "2 mL"),
        ("nonsense",),
    ],
    ids=lambda words: " ".join(words).replace(str(ROOT), ""),
)
def test_what_cannot_be_meant_is_refused_on_one_line(
    thecal: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Exit code 2, one line on stderr, nothing on stdout and nothing written."""
    monkeypatch.chdir(tmp_path)
    said = thecal(*words)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


def test_a_listener_that_leaves_is_no_error() -> None:
    """`thecal … | head -1` ends quietly."""
    command = f"{shlex.quote(sys.executable)} -m thecal.cli twin simulate {shlex.quote(str(CHANGE))} --table | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)
    assert done.stderr == ""
    assert done.stdout.startswith("From 500 to 2000")


@pytest.mark.parametrize(("redirect", "code"), [(">&-", 0), ("> /dev/full", 1)])
def test_a_stdout_that_takes_nothing_is_no_traceback(redirect: str, code: int) -> None:
    """A closed stdout is the caller's wish; a full disk is said on one line."""
    command = f"{shlex.quote(sys.executable)} -m thecal.cli care start --screening '50 mcg' {redirect}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)
    assert done.returncode == code
    assert done.stderr.count("\n") == code


def test_a_name_of_two_lines_is_told_on_one(thecal: Shell) -> None:
    """Whatever a file is called, the complaint about it is one line."""
    said = thecal("twin", "simulate", "two\nlines.json")
    assert said.err.count("\n") == 1
    assert "two\\nlines.json" in said.err


# --- review ---


def test_a_review_is_clear_or_says_what_it_wants(thecal: Shell, tmp_path: Path) -> None:
    """0 clear, 3 wants two people, 1 blocked."""
    clear = thecal("review", CHANGE)
    assert clear.code == 0
    assert "0.3358 mL at 0.6 mL/day for 13 h 26 min, carrying 167.9 mcg" in clear.out
    assert "25 % of the dose (75 mcg/day) for 53 h 44 min" in clear.out
    assert "1901.9 mcg/mL, −4.9 %" in clear.out
    wants = thecal("review", WEAKER)
    assert wants.code == 3
    assert "+19.6 %" in wants.out
    undecided = json.loads(Path(CHANGE).read_text(encoding="utf-8"))
    del undecided["visits"][0]["bridge"]
    bad = tmp_path / "undecided.json"
    bad.write_text(json.dumps(undecided), encoding="utf-8")
    blocked = thecal("review", bad)
    assert blocked.code == 1
    assert "BLOCKED" in blocked.out


def test_a_review_says_how_many_doses_a_day_has(thecal: Shell, tmp_path: Path) -> None:
    """Minutes typed for hours are sixty times the doses: the number stands beside the one that runs."""
    slip = PERIODIC | {"every": "6 min", "lasts": "3 min", "first": "00:00"}
    path = tmp_path / "slip.json"
    plain = json.loads(spoilt("visits", [{"at": "1 day", "program": slip}])) | {"program": PERIODIC}
    path.write_text(json.dumps(plain), encoding="utf-8")
    said = thecal("review", path)
    assert said.code == 3
    assert "a second person" in said.out
    assert re.search(r"(?m)^doses a day +4 +240 *$", said.out)
    assert "doses a day" not in thecal("review", CHANGE).out


def test_a_review_is_json_for_programs(thecal: Shell) -> None:
    """The whole review, with its digest and its findings."""
    plain = json.loads(thecal("review", WEAKER, "--json").out)
    assert plain["verdict"] == "WANTS_SIGNATURE"
    assert plain["findings"][0]["rule"] == "mixture.off_label"
    assert len(plain["digest"]) == 64


def test_an_order_is_written_only_where_the_review_is_clear(thecal: Shell, tmp_path: Path) -> None:
    """A review that wants a signature writes nothing and says so."""
    order = tmp_path / "order.json"
    assert thecal("review", WEAKER, "--order", order).code == 3
    assert not order.exists()
    assert thecal("review", CHANGE, "--order", order).code == 0
    assert json.loads(order.read_bytes())["onto_revision"] == 1


def test_a_review_can_be_drawn(thecal: Shell, tmp_path: Path) -> None:
    """The dose at pump and tip, as a file."""
    drawn = tmp_path / "tip.svg"
    assert thecal("review", CHANGE, "--picture", drawn).code == 0
    assert drawn.read_text(encoding="utf-8").startswith("<svg")


# --- care ---


def test_the_first_dose_is_twice_the_bolus_or_once(thecal: Shell) -> None:
    """100 mcg/day where the effect ended within 8 h; 50 where nobody saw it end; over 100 two people."""
    assert json.loads(thecal(*START, "--json").out)["rule_pg_per_day"] == 100_000_000
    unseen = thecal("care", "start", "--screening", "50 mcg", "--json")
    assert json.loads(unseen.out)["rule_pg_per_day"] == 50_000_000
    assert thecal(*START, "--dose", "120 mcg/day").code == 3


def test_below_the_slowest_rate_the_weaker_drug_is_named(thecal: Shell) -> None:
    """50 mcg/day cannot run from 2000 mcg/mL; 1000 can."""
    said = thecal("care", "start", "--screening", "50 mcg", "--concentration", "2000 mcg/mL")
    assert said.code == 1
    assert "1000 mcg/mL" in said.out


def test_a_step_is_judged_by_origin_and_age(thecal: Shell) -> None:
    """+10 % is clear for a spinal adult in titration; +31 % wants two people; ten times is named as a slip."""
    patient = ("--origin", "spinal", "--age", "42", "--phase", "titration", "--since-arrival", "30 h")
    old = ("care", "titrate", "--old", "300 mcg/day", "--new")
    assert thecal(*old, "330 mcg/day", *patient).code == 0
    assert thecal(*old, "393 mcg/day", *patient).code == 3
    slip = json.loads(thecal(*old, "3000 mcg/day", *patient, "--json").out)
    assert any("slip" in finding["rule"] for finding in slip["findings"])


def test_a_refill_is_booked_by_the_earliest_reason(thecal: Shell) -> None:
    """20 mL at 0.175 mL/day: the worst case binds, the low-reservoir date less a week is beside it (TV-D09)."""
    said = thecal(
        *("care", "refill", "--reservoir", "20 mL", "--dose", "350 mcg/day", "--concentration", "2000 mcg/mL", "--json")
    )
    reasons = json.loads(said.out)["from_now_ms"]
    assert min(reasons, key=lambda name: reasons[name]) == "worst_case"
    assert reasons["low_reservoir"] == pytest.approx((102.857 - 7) * 86_400_000, rel=1e-5)


def test_the_bridge_is_worked_out(thecal: Shell) -> None:
    """The worked change, and no bridge asks for two people."""
    plain = json.loads(thecal(*BRIDGE, "0.1958 mL", "--json").out)
    assert (plain["volume_nl"], plain["rate_nl_per_day"], plain["mass_pg"]) == (335_800, 600_000, 167_900_000)
    assert plain["rate_after_nl_per_day"] == 150_000
    assert thecal(*BRIDGE, "0.1958 mL", "--no-bridge", "aspirated").code == 3


def test_a_prime_fills_only_what_is_empty(thecal: Shell) -> None:
    """A new catheter behind a primed pump (TV-D07); of an unknown path nothing is primed."""
    path = ("care", "prime", "--concentration", "500 mcg/mL", "--catheter", "0.1694 mL")
    new = thecal(*path, "--tubing-holds", "drug", "--catheter-holds", "no drug", "--json")
    assert json.loads(new.out)["volume_nl"] == 169_400
    assert thecal(*path).code == 3


def test_a_residual_may_block_an_increase(thecal: Shell) -> None:
    """More left than expected: the fill goes on, an increase waits."""
    more = ("care", "residual", "--expected", "2 mL", "--withdrawn", "4.1 mL", "--programmed", "18 mL")
    assert thecal(*more).code == 3
    assert thecal(*more, "--increases").code == 1
    assert thecal("care", "residual", "--expected", "2 mL", "--withdrawn", "2.1 mL", "--programmed", "18 mL").code == 0
