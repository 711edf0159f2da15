"""`thecal care wean`: the table of a taper, worked out from the prescriber's own numbers."""

import re
from typing import TYPE_CHECKING, Any

import typer

from thecal.cli.findings import exit_code, plain_findings, show_findings
from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, show_json
from thecal.errors import BadInput
from thecal.units import (
    DAY_MS,
    parse_concentration_pg_per_nl,
    parse_dose_pg_per_day,
    parse_duration_ms,
    show_concentration,
    show_dose,
    show_duration,
    show_rate,
)

if TYPE_CHECKING:
    from thecal.care.removal import TaperStep

SHARE = re.compile(r"(\d{1,2})(?:\.(\d))? ?%", re.ASCII)
LONGEST_MS = 366 * DAY_MS


def wean(
    dose: str = typer.Option(..., help="The running daily dose, as in '300 mcg/day'."),
    steps: int = typer.Option(..., help="How many steps the prescriber wrote.", min=1, max=100),
    share: str = typer.Option(..., help="What each step takes off the dose before it, as in '15 %'."),
    every: str = typer.Option(..., help="The time between steps, as in '2 days'."),
    concentration: str = typer.Option(..., help="Of the drug in the reservoir."),
    oral_cover: str = typer.Option("", help="The cover by oral drugs, in the prescriber's words."),
    daily_checker: str = typer.Option("", help="Who looks every day."),
    json: bool = typer.Option(False, "--json", help=JSON_HELP),
) -> None:
    """Work out a taper from the prescriber's numbers, before a pump is removed. None of them has a default.

    Exit codes: 0 clear, 1 blocked, 2 bad input, 3 wants a reason or two people.
    """
    from thecal.care.removal import READING
    from thecal.care.tapering import TaperCase, judge_taper
    from thecal.pump.devices import RATE_MIN

    old = parse_dose_pg_per_day(dose, field="--dose")
    if old == 0:
        raise BadInput("--dose", "is no dose", remedy="Write the running dose: 300 mcg/day.")
    case = TaperCase(
        old_pg_per_day=old,
        steps=steps,
        share_per_mille=_share_per_mille(share),
        interval_ms=_interval_ms(every),
        concentration_pg_per_nl=parse_concentration_pg_per_nl(concentration, field="--concentration"),
        slowest_nl_per_day=RATE_MIN.whole(),
        written_by_prescriber=True,
        oral_cover=oral_cover,
        daily_checker=daily_checker,
    )
    table, findings = case.table or (), judge_taper(case)
    if json:
        show_json(
            {"says": NOT_A_DEVICE, "steps": [_plain(step) for step in table], "findings": plain_findings(findings)}
        )
    else:
        for step in table:
            print(_line(step))
        show_findings(findings)
        print("To be read, and no suggestion of a dose:")
        for case_report in READING:
            print(f"  {case_report.what} ({case_report.source})")
        print(NOT_A_DEVICE)
    raise typer.Exit(exit_code(findings))


def _line(step: "TaperStep") -> str:
    """One step as people read it."""
    drug = show_concentration(step.concentration_pg_per_nl)
    fill = f"; fill with {drug} first" if step.fill_before else ""
    rate = show_rate(step.rate_nl_per_day) if step.runs else "slower than the pump can run"
    when = "at once" if step.after_ms == 0 else f"after {show_duration(step.after_ms)}"
    return f"{step.number}. {when}: {show_dose(step.dose_pg_per_day)} of {drug}, {rate}{fill}"


def _plain(step: "TaperStep") -> dict[str, Any]:
    """One step for programs."""
    return {
        "number": step.number,
        "after_ms": step.after_ms,
        "dose_pg_per_day": step.dose_pg_per_day,
        "concentration_pg_per_nl": step.concentration_pg_per_nl,
        "rate_nl_per_day": step.rate_nl_per_day,
        "runs": step.runs,
        "fill_before": step.fill_before,
    }


def _share_per_mille(text: str) -> int:
    """A share of the dose, above nothing and below all of it."""
    found = SHARE.fullmatch(text.strip())
    share = int(found[1]) * 10 + int(found[2] or 0) if found else 0
    if share == 0:
        raise BadInput("--share", f"{text!r} is no share of a dose", remedy="Write it like this: 15 %.")
    return share


def _interval_ms(text: str) -> int:
    """A time above nothing."""
    interval_ms = parse_duration_ms(text, field="--every")
    if not 0 < interval_ms <= LONGEST_MS:
        raise BadInput("--every", "is no time between steps", remedy="Write it like this: 2 days.")
    return interval_ms
