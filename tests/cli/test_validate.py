"""`thecal twin validate`: published beside simulated, told, drawn and as JSON."""

import json
from pathlib import Path

from tests.cli.helpers import Shell

from thecal.body.validation.outside import outside
from thecal.body.validation.table import TARGETS


def test_every_target_is_told_and_what_is_outside_says_why(thecal: Shell) -> None:
    """A failing target is a result: the code is 0, its row says OUTSIDE and its reason stands below."""
    said = thecal("twin", "validate")
    assert said.code == 0
    assert all(each.says in said.out for each in TARGETS)
    assert said.out.count("OUTSIDE") == len(outside())
    assert all(f"{each.says}: {each.because}" in said.out for each in outside())
    assert f"{len(TARGETS) - len(outside())} of {len(TARGETS)} inside" in said.out
    assert "not a medical device" in said.out


def test_it_is_json_for_programs(thecal: Shell) -> None:
    """One list of targets, each with the agreed keys, the published number and the simulated one."""
    plain = json.loads(thecal("twin", "validate", "--json").out)
    assert list(plain) == ["targets"]
    by_id = {each["id"]: each for each in plain["targets"]}
    assert list(by_id) == [each.id for each in TARGETS]
    half_life = by_id["half-life"]
    assert (half_life["published"], half_life["low"], half_life["high"]) == (1.5, 0.9, 5.0)
    assert half_life["inside"] is (0.9 <= half_life["simulated"] <= 5.0)
    assert "Sallerin-Caute 1991" in half_life["source"]
    assert by_id["withdrawal-rate"]["simulated"] is None


def test_it_is_drawn(thecal: Shell, tmp_path: Path) -> None:
    """Into the file that was named; a file of no kind of picture is refused by its name."""
    said = thecal("twin", "validate", "--picture", tmp_path / "validation.svg")
    assert said.code == 0
    assert "half-life in lumbar fluid" in (tmp_path / "validation.svg").read_text(encoding="utf-8")
    assert thecal("twin", "validate", "--picture", tmp_path / "validation.doc").code == 2
