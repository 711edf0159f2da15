"""The body's benchmark runs, on little, and tells what it compared."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def measured(repository: Path, *parts: str | Path) -> Any:
    """What it prints."""
    command = [sys.executable, "benchmarks/body.py", "--days", "2", "--patients", "20", "--json", "--only", *parts]
    made = subprocess.run([*command, "--against", "scipy"], cwd=repository, capture_output=True, text=True, check=True)
    return json.loads(made.stdout)


def test_ours_and_theirs_are_compared_at_the_stated_accuracy(repository: Path) -> None:
    """Every row was computed and lies within the accuracy of the exponential of the same system."""
    found = measured(repository, "peers")
    names = [row["name"] for row in found["peers"]]
    assert sum("Thecal" in name for name in names) == 3
    assert sum("SciPy" in name for name in names) == 2
    assert all(0.0 < row["error"] < found["accuracy"] and row["seconds"] > 0.0 for row in found["peers"])


def test_a_crowd_and_an_edited_program_are_measured(repository: Path, tmp_path: Path) -> None:
    """Both crowds and both forecasts, with where it ran; the page's tables are written anew, the rest is left."""
    page, before = tmp_path / "speed.md", (repository / "docs" / "manual" / "speed.md").read_text(encoding="utf-8")
    page.write_text(before, encoding="utf-8")
    found = measured(repository, "crowd", "edit", "--page", page)
    after = page.read_text(encoding="utf-8")
    assert "| with effect, tolerance and withdrawal; cells of 1 cm |" in after
    assert after.split("<!-- measured: crowd -->")[0] == before.split("<!-- measured: crowd -->")[0]
    assert [each["patients"] for each in found["crowd"]] == [20] * 4
    assert all(each["patient_years_per_s"] > 0.0 and each["bytes_kept"] > 0 for each in found["crowd"])
    assert all(0.0 < each["error"] < 0.02 for each in found["crowd"])
    assert all(each["median_ms"] > 0.0 for each in found["edit"])
    assert found["machine"]["numpy"]
