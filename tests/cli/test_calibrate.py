"""`thecal twin calibrate`: what one person's assessments teach, told, drawn and as JSON."""

import json
import re
from pathlib import Path

import pytest
from tests.cli.helpers import ROOT, Shell

EXAMPLE = ROOT / "examples/assessments/screening_test.json"


def test_what_was_learned_is_told(thecal: Shell) -> None:
    """Before and after, the readings, the next dose's band, where it comes from; and that nothing is recommended."""
    said = thecal("twin", "calibrate", EXAMPLE)
    assert said.code == 0
    for words in ("sensitivity", "people in general", "this person", "Ashworth, soleus, 4 h", "comes from"):
        assert words in said.out
    assert "The patient is invented." in said.out
    assert "not a medical device" in said.out
    assert "recommends no dose" in said.out
    assert "error of one Ashworth reading 0.5" in said.out


def test_it_is_json_for_programs(thecal: Shell) -> None:
    """Intervals in order, a band that is narrower than of people in general; the same for the same seed only."""
    said = thecal("twin", "calibrate", EXAMPLE, "--json")
    plain = json.loads(said.out)
    assert said.out == thecal("twin", "calibrate", EXAMPLE, "--json").out
    assert said.out != thecal("twin", "calibrate", EXAMPLE, "--json", "--seed", 2).out
    for each in plain["learned"]:
        assert each["posterior"] == sorted(each["posterior"])
    before, after = plain["forecast"]["people_in_general"], plain["forecast"]["this_person"]
    assert max(after["high"]) - min(after["low"]) <= max(before["high"]) - min(before["low"]) + 0.1
    assert sum(each["share"] for each in plain["forecast"]["band_from"]) == pytest.approx(1.0)
    assert plain["recommends"] == "no dose"


def test_readings_that_contradict_the_model_end_in_one(thecal: Shell, tmp_path: Path) -> None:
    """No forecast is shown for them, and the exit code says so."""
    plain = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    grades = [("5 min", "0"), ("10 min", "0"), ("3 h", "4"), ("4 h", "4"), ("5 h", "4"), ("70 h", "0"), ("72 h", "0")]
    plain["occasions"] = plain["occasions"][:1]
    plain["occasions"][0]["readings"] = [
        {"what": "ashworth", "at": at, "muscle": "soleus", "grade": grade} for at, grade in grades
    ]
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    said = thecal("twin", "calibrate", path)
    assert said.code == 1
    assert "contradict the model" in said.out
    assert "Predicted" not in said.out
    assert json.loads(thecal("twin", "calibrate", path, "--json").out)["forecast"] is None
    target = tmp_path / "odd.svg"
    assert thecal("twin", "calibrate", path, "--picture", target).code == 1
    assert "contradict the model" in target.read_text(encoding="utf-8")


def test_what_was_learned_can_be_drawn(thecal: Shell, tmp_path: Path) -> None:
    """A picture by its ending; another ending is refused before anything is computed."""
    target = tmp_path / "learned.svg"
    assert thecal("twin", "calibrate", EXAMPLE, "--picture", target).code == 0
    assert "sensitivity" in target.read_text(encoding="utf-8")
    said = thecal("twin", "calibrate", EXAMPLE, "--picture", tmp_path / "learned.gif")
    assert said.code == 2
    assert said.err.count("\n") == 1


def test_a_bad_file_is_one_line(thecal: Shell, tmp_path: Path) -> None:
    """What is wrong stands on one line of stderr with the field's name."""
    path = tmp_path / "bad.json"
    path.write_text('{"thecal": 1}', encoding="utf-8")
    said = thecal("twin", "calibrate", path)
    assert said.code == 2
    assert said.err.startswith("title: is missing")
    assert said.err.count("\n") == 1
    assert thecal("twin", "calibrate", tmp_path / "none.json").code == 2


Where = tuple[str | int, ...]


@pytest.mark.parametrize(
    ("where", "value", "says"),
    [
        (("asked", "muscle"), "biceps", "asked.muscle: has no grade without drug"),
        (("occasions", 2, "readings", 0, "at"), "60 days", "occasions[2].readings[0].at: is later than 30 days"),
        (
            ("occasions", 1, "readings", 1, "found"),
            "9999 mcg/mL",
            "occasions[1].readings[1].found: is not a concentration",
        ),
        (("occasions", 0, "readings"), [], "occasions[0].readings: is empty"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_its_name(
    thecal: Shell, tmp_path: Path, where: Where, value: object, says: str
) -> None:
    """Nothing missing is taken for zero: no tone that nobody examined, no program that ended unnoticed."""
    plain = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    *inside, last = where
    part = plain
    for step in inside:
        part = part[step]
    part[last] = value
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    said = thecal("twin", "calibrate", path)
    assert said.code == 2
    assert said.err.startswith(says)
    assert said.err.count("\n") == 1


def test_the_manual_shows_what_the_example_teaches(thecal: Shell, tmp_path: Path) -> None:
    """The page's table and picture are the command's, to rounding."""
    picture = tmp_path / "learned.svg"
    plain = json.loads(thecal("twin", "calibrate", EXAMPLE, "--json", "--picture", picture).out)
    page = (ROOT / "docs/manual/calibrate.md").read_text(encoding="utf-8")
    for each in plain["learned"]:
        row = re.search(rf"(?m)^\| {each['name']} \|(.+)\|(.+)\|(.+) % \|$", page)
        assert row is not None, each["name"]
        told = [float(number) for number in re.findall(r"[\d.]+", "".join(row.groups()))]
        (low, middle, high), (least, median, most) = each["prior"], each["posterior"]
        assert told[:-1] == pytest.approx([middle, low, high, median, least, most], abs=0.02, rel=0.02)
        assert told[-1] == pytest.approx(100 * each["share"], abs=1.0)
    drawn, kept = (_numbers(path) for path in (picture, ROOT / "docs/pictures/learned.svg"))
    assert drawn[0] == kept[0], "run thecal twin calibrate with --picture docs/pictures/learned.svg"
    assert drawn[1] == pytest.approx(kept[1], abs=0.5)


def _numbers(path: Path) -> tuple[str, list[float]]:
    """(a picture's text without its numbers, its numbers)."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"[\d.]+", "#", text), [float(number) for number in re.findall(r"\d+\.?\d*", text)]


@pytest.mark.long
def test_the_manual_s_check_is_the_check(thecal: Shell) -> None:
    """The page's 400 invented people, again: every share within two per cent."""
    said = thecal("twin", "calibrate", EXAMPLE, "--check", 400).out
    page = (ROOT / "docs/manual/calibrate.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (.+) \| (\d+) % \| (\d+) % \|$", said)
    assert len(rows) > 10
    for name, half, most in rows:
        told = re.search(rf"(?m)^\| {name} \| (\d+) % \| (\d+) % \|$", page)
        assert told is not None, name
        assert [float(each) for each in told.groups()] == pytest.approx([float(half), float(most)], abs=2.0)


def test_a_check_is_a_table_alone(thecal: Shell) -> None:
    """It refuses to be drawn or written as JSON, instead of leaving that out silently."""
    said = thecal("twin", "calibrate", EXAMPLE, "--check", 3, "--json")
    assert said.code == 2
    assert said.err.startswith("--check: ")


def test_the_method_can_be_checked(thecal: Shell) -> None:
    """Invented people are calibrated instead, and a table says how often their truth lies in its interval."""
    said = thecal("twin", "calibrate", EXAMPLE, "--check", 3)
    assert said.code == 0
    assert "3 invented people" in said.out
    assert "| sensitivity | " in said.out
    assert "tone after the next dose" in said.out
