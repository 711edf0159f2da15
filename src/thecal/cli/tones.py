"""`thecal pump tones`: what the pump's alarms sound like, in words and as sound files."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, show_json, write_file
from thecal.errors import BadInput
from thecal.units import SECOND_MS, decimal_text

if TYPE_CHECKING:
    from thecal.pump.tones import TonePattern


def tones(
    write: Path | None = typer.Option(None, help="Write a WAV file of each sound into this folder.", metavar="FOLDER"),
    json: bool = typer.Option(False, "--json", help=JSON_HELP),
) -> None:
    """Say what the reference pump's alarms sound like, and write the sounds to be played.

    Another pump may sound different: its clinic can play that pump's own alarm test.

    Exit codes: 0 done, 2 bad input.
    """
    from thecal.pump.tones import NUMBERS, PATTERNS

    files = _written(write, PATTERNS) if write else {}
    if json:
        sounds = [{**asdict(each), "lasts_ms": each.lasts_ms, "file": files.get(each.name)} for each in PATTERNS]
        show_json({"says": NOT_A_DEVICE, "sounds": sounds, "numbers": [asdict(number) for number in NUMBERS]})
        return
    for each in PATTERNS:
        print(f"{each.name}: {_notes(each)}\n  from: {each.source} ({each.grade})")
        if each.name in files:
            print(f"  written: {files[each.name]}")
    for number in NUMBERS:
        print(f"{number.name.replace('_', ' ')}: {number.shown()}, from: {number.source} ({number.grade})")
    print(NOT_A_DEVICE)


def _written(folder: Path, patterns: "tuple[TonePattern, ...]") -> dict[str, str]:
    """Where each sound now lies, by its name."""
    from thecal.figures.tones import wav

    if not folder.is_dir():
        raise BadInput("--write", f"{str(folder)!r} is no folder", remedy="Name a folder that exists.")
    files = {each.name: folder / f"{each.name}.wav" for each in patterns}
    for each in patterns:
        write_file(files[each.name], wav(each))
    return {name: str(path) for name, path in files.items()}


def _notes(pattern: "TonePattern") -> str:
    """As in "1800 Hz for 1.5 s, 1200 Hz for 1.5 s"."""
    return ", ".join(f"{note.frequency_hz} Hz for {decimal_text(note.lasts_ms, SECOND_MS)} s" for note in pattern.notes)
