"""The tables of docs/manual/speed.md, written from what was measured: each stands between two comments of its part."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Plain = Mapping[str, Any]
"""What `--json` prints of one row."""


def written(text: str, told: Mapping[str, list[Any]], machine: Plain) -> str:
    """The page with the tables of the parts that were measured, the others as they were."""
    tables = {"peers": peers, "crowd": crowd, "edit": edit}
    for part, rows in told.items():
        if part in tables:
            table = "\n".join([*tables[part](rows), "", where(machine)])
            found = re.compile(rf"(<!-- measured: {part} -->\n).*?(\n<!-- end -->)", re.DOTALL)
            text, count = found.subn(rf"\g<1>{table}\g<2>", text)
            assert count == 1, f"the page has one place for {part}"
    return text


def rewrite(page: Path, told: Mapping[str, list[Any]], machine: Plain) -> None:
    """Write the page anew."""
    page.write_text(written(page.read_text(encoding="utf-8"), told, machine), encoding="utf-8")


def where(machine: Plain) -> str:
    """The machine in a line."""
    return (
        f"{machine['processor']}, one of {machine['cores']} cores; Python {machine['python']}, "
        f"NumPy {machine['numpy']}, SciPy {machine['scipy']}."
    )


def peers(rows: list[Plain]) -> Iterable[str]:
    """One way of computing a year after the other."""
    yield "| computed by | time | times as long | off by | settings |"
    yield "|---|---|---|---|---|"
    best = min(row["seconds"] for row in rows)
    for row in rows:
        scaled = f"; run for {row['days']} days and scaled" if row["days"] < row["span"] else ""
        compiled = f"; {row['compile_s']:.1f} s to compile not counted" if row["compile_s"] else ""
        yield (
            f"| {row['name']} | {shown_s(row['seconds'])} | {row['seconds'] / best:.2g} | {row['error']:.0e} "
            f"| {row['settings']}{scaled}{compiled} |".replace("e+0", "e")
        )


def crowd(rows: list[Plain]) -> Iterable[str]:
    """One crowd after the other."""
    yield "| what is computed | off by | patients | patient-years/s | set-up of a patient | computed | of bandwidth |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        setup, run = row["setup_s"], row["run_s"]
        yield (
            f"| {row['says']} | {row['error']:.0e} | {row['patients']} | {row['patient_years_per_s']:.0f} "
            f"| {setup / row['patients'] * 1e3:.2f} ms, {setup / (setup + run):.0%} of the time "
            f"| {row['bytes_kept'] / 1e9:.1f} GB "
            f"| {row['bytes_kept'] / run / row['bandwidth_bytes_per_s']:.0%} of "
            f"{row['bandwidth_bytes_per_s'] / 1e9:.0f} GB/s |"
        )


def edit(rows: list[Plain]) -> Iterable[str]:
    """One kind of forecast after the other."""
    yield "| tolerance | patients | days | middle of the runs | fastest | work of one core |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        yield (
            f"| {row['says'].removeprefix('tolerance ')} | {row['patients']} | {row['days']} "
            f"| {row['median_ms']:.0f} ms | {row['fastest_ms']:.0f} ms | {row['cpu_ms']:.0f} ms |"
        )


def shown_s(seconds: float) -> str:
    """4.2 ms, 3.6 s, 265 s."""
    return f"{seconds * 1e3:.1f} ms" if seconds < 1.0 else f"{seconds:.1f} s" if seconds < 100.0 else f"{seconds:.0f} s"
