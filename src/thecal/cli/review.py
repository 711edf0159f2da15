"""`thecal review`: what a change would do, beside what runs, and every finding."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from thecal.cli.findings import show_findings
from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, read_bytes, show_json, show_table, write_file
from thecal.errors import BadInput

if TYPE_CHECKING:
    from thecal.programmer.review import Review
    from thecal.programmer.review.sides import Mixture, Side
    from thecal.scenario import Scenario

LARGEST = 1_000_000
CODES = {"CLEAR": 0, "BLOCKED": 1, "WANTS_SIGNATURE": 3}


def review(
    scenario: Path = typer.Argument(metavar="SCENARIO", help="A scenario file with at least one visit."),
    visit: int = typer.Option(1, help="Which visit, counted from 1.", min=1),
    read_out: Path | None = typer.Option(
        None,
        help="Review on what `thecal wand interrogate --json` printed, instead of a simulated read-out.",
        metavar="FILE",
    ),
    order: Path | None = typer.Option(
        None,
        help="Write the reviewed update into FILE, for `thecal wand update`, where the review is clear.",
        metavar="FILE",
    ),
    picture: Path | None = typer.Option(
        None, help="Draw the dose at the tip into FILE: .svg, .png or .pdf.", metavar="FILE"
    ),
    json: bool = typer.Option(False, "--json", help=JSON_HELP),
) -> None:
    """Review a visit's change: current beside pending, the dose at the tip, and every finding.

    Exit codes: 0 clear, 1 blocked, 2 bad input, 3 a reason or a second person is missing.
    """
    from thecal.canonical import to_plain
    from thecal.programmer.review import Verdict
    from thecal.scenario import order_of, read, read_interrogation, review_visit

    plan = read(scenario)
    given = None
    if read_out is not None:
        given = read_interrogation(read_bytes(read_out, most=LARGEST, remedy="Name the file of a read-out."))
    reviewed, seen = review_visit(plan, visit - 1, given)
    if picture is not None:
        _draw(reviewed, plan, picture)
    if json:
        show_json({"says": NOT_A_DEVICE, **to_plain(reviewed)})
    else:
        _show(reviewed, plan)
    if order is not None and reviewed.verdict is not Verdict.CLEAR:
        print("No order was written: the review is not clear.", file=sys.stderr)
    elif order is not None:
        signed = plan.visits[visit - 1]
        made = order_of(reviewed, seen, reason=signed.reason or "", second_person=signed.second_person or "")
        write_file(order, made.to_json())
        if not json:
            print(f"Order for {made.serial}, onto revision {made.onto_revision}, written into {order}.")
    raise typer.Exit(CODES[reviewed.verdict.name])


def _draw(reviewed: "Review", plan: "Scenario", picture: Path) -> None:
    from thecal.cli.pictures import check_kind, drawn, review_picture

    kind = check_kind(picture)
    figure = review_picture(reviewed, plan.utc_offset_min)
    if figure is None:
        raise BadInput("--picture", "there is nothing to draw", remedy="Mend what blocks the review first.")
    write_file(picture, drawn(figure, kind))


def _show(reviewed: "Review", plan: "Scenario") -> None:
    """Two columns, what happens at the tip, findings, verdict."""
    print(f"{plan.title}\n{NOT_A_DEVICE}\n")
    current, pending = (_column(side, plan) for side in (reviewed.current, reviewed.pending))
    rows = [[name, value, pending[name]] for name, value in current.items() if value or pending[name]]
    show_table("Review", ["", "current", "pending"], rows)
    print()
    for line in _at_the_tip(reviewed, plan):
        print(line)
    print()
    show_findings(reviewed.findings)
    print(f"\n{_verdict(reviewed)}")


def _column(side: "Side", plan: "Scenario") -> dict[str, str]:
    """One program, as the pump carries it out."""
    from thecal.scenario import local_clock
    from thecal.units import show_concentration, show_dose, show_mass, show_rate, show_volume

    def clock(at_ms: int | None) -> str:
        return "never" if at_ms is None else local_clock(at_ms, plan.utc_offset_min)

    ordered = side.ordered_pg_per_day
    return {
        "ordered": "" if ordered is None else show_dose(ordered),
        "24-hour total": show_dose(side.dose_pg_per_day),
        "peak hour": show_mass(side.peak_hour_pg),
        "doses a day": _doses_a_day(side),
        "concentration": show_concentration(side.program.concentration_pg_per_nl) if side.program else "none",
        "rate": show_rate(side.rate_nl_per_day),
        "reservoir": show_volume(side.reservoir_nl),
        "low-reservoir date": clock(side.low_reservoir_ms),
        "book by": clock(side.book_by.at_ms),
    }


def _doses_a_day(side: "Side") -> str:
    """How many, where the program gives single doses; else nothing to say."""
    from thecal.pump.infusion import PeriodicBolus

    mode = None if side.program is None else side.program.infusion_mode
    return str(mode.doses_per_day) if isinstance(mode, PeriodicBolus) else ""


def _at_the_tip(reviewed: "Review", plan: "Scenario") -> list[str]:
    """What the change does on its way."""
    from thecal.scenario import local_clock
    from thecal.units import NO_BREAK_SPACE, decimal_text

    lines = []
    if reviewed.change_per_mille is not None:
        sign = "+" if reviewed.change_per_mille > 0 else ""
        lines.append(f"Daily dose: {sign}{decimal_text(reviewed.change_per_mille, 10)}{NO_BREAK_SPACE}%.")
    chosen = "" if reviewed.update.bolus is None else " (chosen)"
    if reviewed.bridge is not None:
        lines.append(f"Bridge{chosen}: {reviewed.bridge}.")
    if reviewed.without_bridge is not None:
        lines.append(f"With no bridge: {reviewed.without_bridge}.")
    if reviewed.mixture is not None:
        lines.append(_mixture(reviewed.mixture))
    if reviewed.arrival_ms is not None:
        lines.append(f"At the tip: {local_clock(reviewed.arrival_ms, plan.utc_offset_min)}.")
    return lines


def _mixture(mixture: "Mixture") -> str:
    """What cannot be drawn out does to the fill."""
    from thecal.units import NO_BREAK_SPACE, decimal_text, show_volume

    concentration = decimal_text(mixture.concentration_pg_per_ul, 1_000, places=1)
    off, rinsed = (
        f"{'+' if per_mille > 0 else ''}{decimal_text(per_mille, 10)}{NO_BREAK_SPACE}%"
        for per_mille in (mixture.off_label_per_mille, mixture.rinsed_per_mille)
    )
    return (
        f"With {show_volume(mixture.residual_nl)} of old drug left under the fill: "
        f"{concentration}{NO_BREAK_SPACE}mcg/mL, {off}; rinsed once, {rinsed}."
    )


def _verdict(reviewed: "Review") -> str:
    from thecal.programmer.review import Verdict

    match reviewed.verdict:
        case Verdict.CLEAR:
            return "Clear: nothing stands between this review and the update."
        case Verdict.BLOCKED:
            return "Blocked: mend what is marked BLOCKED. Filling, lowering and stopping are not blocked."
        case Verdict.WANTS_SIGNATURE:
            return f"Wants {' and '.join(reviewed.missing)}: write it into the visit."
