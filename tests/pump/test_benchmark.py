"""The benchmark says what it should, in a run so small that nobody waits for it."""

import json
import subprocess
import sys
from pathlib import Path


def test_the_benchmark_prints_its_figures_as_json(repository: Path) -> None:
    """Every figure is there, jumping beats ticking, and twenty years hold no more than one does."""
    command = [sys.executable, "benchmarks/pump.py", "--years", "1", "--longest", "20", "--json"]
    made = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    found = json.loads(made.stdout)
    assert found["machine"]["cpus"] >= 1
    assert found["pump_years_per_s_core"] > found["one_tick_a_minute_years_per_s_core"]
    names = ("weekday_flex", "valve_gated", "implant")
    assert all(found[f"{name}_years_per_s_core"] > 0 for name in names)
    peaks = found["peak_kib_by_year"]
    assert peaks["20"] < 1.2 * peaks["1"]
