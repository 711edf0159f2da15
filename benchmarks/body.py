"""How fast the body is: against every general solver that is installed, as a crowd, and while somebody edits.

    python benchmarks/body.py [--days 365] [--patients 10000] [--only peers crowd edit curves] [--against PACKAGE …]
                              [--json] [--page FILE] [--picture FILE]

Peers: one patient, four-step flex, CSF at five levels and what four muscles feel, hourly, from parameters to result,
set-up counted on both sides. Each solver runs at the loosest tolerance that keeps its error below a millionth of each
output's peak; the error is measured against SciPy's matrix exponential in this run, ours too. A solver that would take
long does fewer days, which is said, and is scaled: its cost for a day is constant. Machine code that a solver makes
once for each model is told apart and not counted.

Crowd: virtual patients in this one process, a few at a time; CPU time. Memory's bandwidth is measured in the same run.
Settings and results are on docs/manual/speed.md; solvers come with `make bench`.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from body_chain import chain
from body_crowd import (
    CELLS_CM,
    Crowd,
    Edited,
    Points,
    against_events,
    against_patients,
    against_time,
    bandwidth_bytes_per_s,
    by_all_modes,
    by_days,
    by_events,
    crowd,
    edited,
    fastest,
)
from body_page import rewrite
from body_peers import Peer, Solved, accurate, peers
from body_problem import Floats, Schedule, System, apart, reference

from thecal.body.reduced import MODES
from thecal.figures import Curve, CurvePanel, curves_chart

ACCURACY = 1e-6
TUNING_DAYS = 5
OURS_RUNS = 7
PATIENCE_S = 15.0
OURS = (
    (f"Thecal, {MODES} modes, day by day", "one day's propagation, repeated", by_days),
    (f"Thecal, {MODES} modes, every event", "each stretch on its own", by_events),
    ("Thecal, all eigenmodes", "each stretch on its own", by_all_modes),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One way of computing the problem. `seconds` is for `span` days, scaled where it was run for fewer `days`."""

    name: str
    settings: str
    seconds: float
    compile_s: float
    days: int
    span: int
    error: float

    def __str__(self) -> str:
        scaled = f"; run for {self.days} days and scaled" if self.days < self.span else ""
        compiled = f"; {self.compile_s:.1f} s to compile not counted" if self.compile_s else ""
        return (
            f"{self.name:44}{self.seconds * 1e3:11.1f} ms   off by {self.error:.1e}   {self.settings}{scaled}{compiled}"
        )


def compare(days: int, others: list[Peer]) -> Iterator[Row]:
    """Everybody on one problem, we first."""
    schedule, system = Schedule.of(days), System.assemble()
    exact, peaks = reference(system, schedule)
    for name, settings, way in OURS:
        found = fastest(way(schedule), OURS_RUNS)
        error = apart(found.values, exact)
        yield Row(name=name, settings=settings, seconds=found.run_s, compile_s=0.0, days=days, span=days, error=error)
    for peer in others:
        yield theirs(peer, schedule, exact, peaks)


def theirs(peer: Peer, schedule: Schedule, exact: Floats, peaks: Floats) -> Row:
    """A peer at the loosest tolerance that is accurate over a few days, over the whole span or what it can do of it."""
    tuning = Schedule.of(min(TUNING_DAYS, schedule.days))
    rtol = accurate(peer, tuning, ACCURACY, exact[: len(tuning.hours)], peaks)
    days = min(schedule.days, peer.most_days or schedule.days)
    solved = best_of(peer, Schedule.of(days), rtol, peaks)
    return Row(
        name=f"{peer.name} {peer.installed}",
        settings=f"{peer.settings}, rtol {rtol:.0e}",
        seconds=solved.run_s * schedule.days / days,
        compile_s=solved.compile_s,
        days=days,
        span=schedule.days,
        error=apart(solved.values, exact[: 24 * days + 1]),
    )


def best_of(peer: Peer, schedule: Schedule, rtol: float, peaks: Floats) -> Solved:
    """The fastest run: as many as ours had, or as many as a quarter of a minute holds, whichever are fewer."""
    begin, runs = time.perf_counter(), [peer.solve(schedule, rtol, peaks)]
    while len(runs) < OURS_RUNS and time.perf_counter() - begin < PATIENCE_S:
        runs.append(peer.solve(schedule, rtol, peaks))
    return min(runs, key=lambda solved: solved.run_s)


def told_peers(rows: list[Row]) -> Iterator[str]:
    """What the comparison comes to."""
    best = min(rows[: len(OURS)], key=lambda row: row.seconds)
    for row in rows[len(OURS) :]:
        yield f"{row.name:44}{row.seconds / best.seconds:11.0f} × as long as {best.name}"


def told_crowd(found: Crowd, bandwidth: float) -> str:
    """One crowd."""
    setup = found.setup_s / (found.setup_s + found.run_s)
    return (
        f"{found.patients} patients × {found.days} days, {found.says}, off by {found.error:.0e}: "
        f"{found.patient_years_per_s:.0f} patient-years/s/core; "
        f"set-up {found.setup_s / found.patients * 1e6:.0f} µs a patient, {setup:.0%} of the time; "
        f"{found.bytes_kept / 1e9:.1f} GB computed, "
        f"{found.bytes_per_s / bandwidth:.0%} of memory's {bandwidth / 1e9:.1f} GB/s"
    )


def told_edited(found: Edited) -> str:
    """One kind of forecast."""
    return (
        f"{found.patients} patients, {found.days} days by the hour, {found.says}:"
        f" {found.median_ms:.0f} ms with bands, the fastest {found.fastest_ms:.0f} ms;"
        f" {found.cpu_ms:.0f} ms of one core"
    )


def curves() -> dict[str, Points]:
    """Seconds against patients, changes of rate, and hours between them."""
    return {
        "patients": against_patients((30, 100, 300, 1000, 3000)),
        "events": against_events((30, 100, 300, 1000, 3000, 10_000)),
        "hours between events": against_time((0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)),
    }


def picture(found: dict[str, Points]) -> str:
    """The curves as SVG: in proportion, in proportion, flat."""
    panels = [
        CurvePanel(
            title=title, x_says=x_says, y_says="s", curves=[Curve(label="measured", points=found[x_says])], guide=guide
        )
        for title, x_says, guide in (
            ("30 days by the hour, from parameters to result", "patients", 1),
            ("50 patients through so many changes of rate", "events", 1),
            ("50 patients through 1000 changes of rate", "hours between events", 0),
        )
    ]
    caption = f"Time on one core of {processor()}; the fastest of three runs."
    return curves_chart(panels, title="What the body costs to compute", caption=caption).svg()


def processor() -> str:
    """The processor's name, where the machine tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return named or platform.machine()


def machine() -> dict[str, str]:
    """Where this ran."""
    return {
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "OPENBLAS_NUM_THREADS": os.environ["OPENBLAS_NUM_THREADS"],
    }


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast the body is.")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    packages = sorted({peer.package for peer in peers()})
    parser.add_argument("--against", nargs="+", choices=packages, default=packages)
    parser.add_argument("--json", action="store_true", help="print JSON when all is measured, and nothing before")
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="write the tables of this page anew: docs/manual/speed.md"
    )
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the curves as SVG")
    return parser.parse_args()


Told = Iterator[tuple[str, object]]
"""A line for people and the same for programs, None where it only sums up, as they come."""


def tell_peers(wanted: argparse.Namespace) -> Told:
    asked_for = [peer for peer in peers() if peer.package in wanted.against]
    for peer in asked_for:
        if peer.installed is None:
            yield f"{peer.name} is not installed: make bench", None
    rows = []
    for row in compare(wanted.days, [peer for peer in asked_for if peer.installed is not None]):
        rows.append(row)
        yield str(row), asdict(row)
    for line in told_peers(rows):
        yield line, None


def tell_crowd(wanted: argparse.Namespace) -> Told:
    bandwidth = bandwidth_bytes_per_s()
    for effect, cell_cm in product((False, True), CELLS_CM):
        found = crowd(wanted.patients, wanted.days, effect=effect, cell_cm=cell_cm)
        plain = {"patient_years_per_s": found.patient_years_per_s, "bandwidth_bytes_per_s": bandwidth}
        yield told_crowd(found, bandwidth), {**asdict(found), **plain}


def tell_edit(_: argparse.Namespace) -> Told:
    for found in (edited(grows=False), edited(grows=True), chain()):
        yield told_edited(found), asdict(found)


def tell_curves(wanted: argparse.Namespace) -> Told:
    measured = curves()
    for says, points in measured.items():
        line = ", ".join(f"{x:g}: {seconds * 1e3:.1f} ms" for x, seconds in points)
        yield f"by {says}: {line}", {"by": says, "points": points}
    if wanted.picture:
        wanted.picture.write_text(picture(measured), encoding="utf-8")


PARTS = {"peers": tell_peers, "crowd": tell_crowd, "edit": tell_edit, "curves": tell_curves}


def main() -> None:
    if "OPENBLAS_NUM_THREADS" not in os.environ:  # read as NumPy loads: one core is what is reported
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    wanted = asked()
    told: dict[str, list[Any]] = {part: [] for part in wanted.only}
    if not wanted.json:
        print(", ".join(f"{name} {value}" for name, value in machine().items()), flush=True)
    for part in wanted.only:
        for line, plain in PARTS[part](wanted):
            told[part] += [plain] if plain is not None else []
            if not wanted.json:
                print(line, flush=True)
    if wanted.page:
        rewrite(wanted.page, told, machine())
    if wanted.json:
        print(json.dumps({"machine": machine(), "days": wanted.days, "accuracy": ACCURACY, **told}, indent=2))


if __name__ == "__main__":
    main()
