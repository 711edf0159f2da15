"""`thecal pump tones`: what an alarm sounds like, told and written."""

import json
import wave
from pathlib import Path

from tests.cli.helpers import Shell

SECONDS = {"critical": 3, "non-critical": 1}


def test_the_sounds_are_told_with_what_is_assumed(thecal: Shell) -> None:
    """Each note with its length, each number with its source, and nothing is written."""
    said = thecal("pump", "tones")
    assert said.code == 0
    assert "critical: 1800 Hz for 1.5 s, 1200 Hz for 1.5 s\n" in said.out
    assert "non-critical: 1800 Hz for 1 s\n" in said.out
    assert (
        "critical sound: 3 s, from: SynchroMed II product advisories page, medtronic.com/patients (maker)" in said.out
    )
    assert "(assumed)" in said.out
    assert "written" not in said.out
    assert "not a medical device" in said.out


def test_the_sounds_are_written_as_files(thecal: Shell, tmp_path: Path) -> None:
    """One for each, which any player plays; the same bytes each time."""
    said = thecal("pump", "tones", "--write", tmp_path)
    assert said.code == 0
    written = {path.stem: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(written) == set(SECONDS)
    for name, seconds in SECONDS.items():
        assert f"written: {tmp_path / name}.wav" in said.out
        with wave.open(str(tmp_path / f"{name}.wav")) as file:
            assert file.getnframes() == seconds * file.getframerate()
    thecal("pump", "tones", "--write", tmp_path)
    assert {path.stem: path.read_bytes() for path in tmp_path.iterdir()} == written


def test_the_sounds_are_json_for_programs(thecal: Shell, tmp_path: Path) -> None:
    """Notes in Hz and ms, their numbers with grade and source, and where the file lies if one was written."""
    plain = json.loads(thecal("pump", "tones", "--json").out)
    assert "not a medical device" in plain["says"]
    assert {sound["name"]: sound["lasts_ms"] for sound in plain["sounds"]} == {"critical": 3000, "non-critical": 1000}
    assert all(sum(note["lasts_ms"] for note in sound["notes"]) == sound["lasts_ms"] for sound in plain["sounds"])
    assert all(number["grade"] and number["source"] for number in plain["numbers"])
    assert [sound["file"] for sound in plain["sounds"]] == [None, None]
    written = json.loads(thecal("pump", "tones", "--json", "--write", tmp_path).out)
    assert all(Path(sound["file"]).is_file() for sound in written["sounds"])
