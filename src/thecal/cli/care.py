"""`thecal care …`: the rules as calculators. Each prints its arithmetic, then what the rules ask for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from thecal.cli import rules, wean
from thecal.cli.findings import exit_code, plain_findings, show_findings
from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, show_json
from thecal.errors import BadInput
from thecal.units import (
    DAY_MS,
    parse_concentration_pg_per_nl,
    parse_dose_pg_per_day,
    parse_duration_ms,
    parse_mass_pg,
    parse_volume_nl,
    round_div,
    show_dose,
    show_duration,
    show_mass,
    show_rate,
    show_volume,
)

if TYPE_CHECKING:
    from thecal.care.path import Part
    from thecal.findings import Finding

app = typer.Typer(
    help="The therapy's rules as calculators.",
    no_args_is_help=True,
)
app.command("rules", epilog="Example: thecal care rules --step titration")(rules.rules)
app.command("questions", epilog="Example: thecal care questions site.set_up")(rules.questions)
app.command("check", epilog="Example: thecal care check site.set_up --example")(rules.check)
app.command(
    "wean",
    epilog=(
        "Example: thecal care wean --dose '300 mcg/day' --steps 8 --share '15 %' --every '2 days' "
        "--concentration '500 mcg/mL'"
    ),
)(wean.wean)
JSON = typer.Option(False, "--json", help=JSON_HELP)
TUBING = typer.Option("0.14 mL", help="The pump's tubing.")
CATHETER = typer.Option(
    ..., help="The catheter's volume: implanted length times volume per centimetre, as in '0.1958 mL'."
)
HOLDS = ("drug", "no drug", "unknown")


@app.command(
    epilog="Example: thecal care start --screening '50 mcg' --lasted '6 h' --ended --concentration '500 mcg/mL'"
)
def start(
    screening: str = typer.Option(..., help="The effective screening bolus, as in '50 mcg'."),
    lasted: str = typer.Option("", help="How long its effect lasted, as in '6 h'; left out where nobody knows."),
    ended: bool | None = typer.Option(
        None, "--ended/--present", help="Whether the effect had ended at the last observation."
    ),
    dose: str = typer.Option("", help="Judge this first daily dose instead of the rule's own, as in '100 mcg/day'."),
    concentration: str = typer.Option("500 mcg/mL", help="Of the drug in the reservoir."),
    json: bool = JSON,
) -> None:
    """The first daily dose after a screening test, and what is asked of it.

    Exit codes: 0 clear, 1 blocked, 2 bad input, 3 wants a reason or two people.
    """
    from thecal.care.starting import Screening, judge_start, starting_dose_pg_per_day, why_this_factor
    from thecal.pump.devices import RATE_MIN

    effective_pg = parse_mass_pg(screening, field="--screening")
    if effective_pg == 0:
        raise BadInput("--screening", "a bolus of nothing had no effect", remedy="Write it like this: 50 mcg.")
    test = Screening(
        effective_pg=effective_pg,
        effect_lasted_ms=parse_duration_ms(lasted, field="--lasted") if lasted else None,
        present_at_last_observation=None if ended is None else not ended,
    )
    rule = starting_dose_pg_per_day(test)
    judged = _dose(dose, "--dose") if dose else rule
    findings = judge_start(
        dose_pg_per_day=judged,
        concentration_pg_per_nl=parse_concentration_pg_per_nl(concentration, field="--concentration"),
        screening=test,
        slowest=RATE_MIN,
    )
    lines = [f"The rule's first daily dose: {show_dose(rule)}. {why_this_factor(test)}"]
    lines += [f"Judged: {show_dose(judged)}."] if dose else []
    _answer(lines, {"rule_pg_per_day": rule, "judged_pg_per_day": judged}, findings, json=json)


@app.command(epilog="Example: thecal care titrate --old '300 mcg/day' --new '330 mcg/day' --origin spinal --age 42")
def titrate(
    old: str = typer.Option(..., help="The running daily dose, as in '300 mcg/day'."),
    new: str = typer.Option(..., help="The dose to judge."),
    origin: str = typer.Option("", help="spinal or cerebral; the stricter limit where left out."),
    age: int | None = typer.Option(None, help="In years.", min=0, max=120),
    phase: str = typer.Option("", help="titration or maintenance; the stricter limit where left out."),
    since_arrival: str = typer.Option("", help="Since the running dose reached the tip, as in '30 h'."),
    since_start: str = typer.Option("", help="Since the first infusion, where that was lately."),
    json: bool = JSON,
) -> None:
    """A step from one daily dose to another: how far, and how soon.

    Exit codes: 0 clear, 1 blocked, 2 bad input, 3 wants a reason or two people.
    """
    from thecal.care.titration import Origin, Phase, increase_limit, judge_level, judge_step
    from thecal.units import decimal_text, show_change

    old_pg_per_day, new_pg_per_day = _dose(old, "--old"), _dose(new, "--new")
    cause = Origin[_one_of(origin, "--origin", ("spinal", "cerebral")).upper()] if origin else None
    stage = Phase[_one_of(phase, "--phase", ("titration", "maintenance")).upper()] if phase else None
    limit = increase_limit(origin=cause, age_years=age, phase=stage)
    findings = judge_step(
        old_pg_per_day=old_pg_per_day,
        new_pg_per_day=new_pg_per_day,
        since_start_ms=parse_duration_ms(since_start, field="--since-start") if since_start else None,
        since_arrival_ms=parse_duration_ms(since_arrival, field="--since-arrival") if since_arrival else None,
        origin=cause,
        age_years=age,
        phase=stage,
    )
    highest = old_pg_per_day + old_pg_per_day * limit.whole() // 1_000
    lines = [
        f"{show_dose(old_pg_per_day)} to {show_dose(new_pg_per_day)}: {show_change(old_pg_per_day, new_pg_per_day)}.",
        f"Limit +{decimal_text(limit.whole(), 10)} % ({limit.source}): up to {show_dose(highest)}.",
        "Not before 24 h after the running dose reached the tip.",
    ]
    numbers = {"limit_per_mille": limit.whole(), "highest_pg_per_day": highest}
    _answer(lines, numbers, findings + judge_level(new_pg_per_day), json=json)


@app.command(
    epilog="Example: thecal care refill --reservoir '20 mL' --dose '300 mcg/day' --concentration '2000 mcg/mL'"
)
def refill(
    reservoir: str = typer.Option(..., help="What the pump calculates to hold now, as in '20 mL'."),
    dose: str = typer.Option(..., help="The 24-hour total, as in '300 mcg/day'."),
    concentration: str = typer.Option(..., help="Of the drug in the reservoir."),
    alarm: str = typer.Option("2 mL", help="The low-reservoir alarm volume."),
    filled: str = typer.Option("", help="What the last fill was; the reservoir of now where left out."),
    since_fill: str = typer.Option("0 h", help="Since the last fill, as in '30 days'."),
    site_maximum: str = typer.Option("", help="The longest interval that the site allows, as in '150 days'."),
    json: bool = JSON,
) -> None:
    """When to book the next refill: the earliest reason, and the others.

    Exit codes: 0 done, 2 bad input.
    """
    from thecal.care.book_by import book_by

    reservoir_nl = parse_volume_nl(reservoir, field="--reservoir")
    rate = round_div(_dose(dose, "--dose"), parse_concentration_pg_per_nl(concentration, field="--concentration"))
    if rate == 0:
        raise BadInput("--dose", "is less than the pump can count", remedy="Write it in micrograms a day: 300 mcg/day.")
    above_nl = max(0, reservoir_nl - parse_volume_nl(alarm, field="--alarm"))
    booked = book_by(
        at_ms=0,
        reservoir_nl=reservoir_nl,
        rate_nl_per_day=rate,
        low_reservoir_ms=above_nl * DAY_MS // rate,
        filled_ms=-parse_duration_ms(since_fill, field="--since-fill"),
        filled_nl=parse_volume_nl(filled, field="--filled") if filled else reservoir_nl,
        site_maximum_ms=parse_duration_ms(site_maximum, field="--site-maximum") if site_maximum else None,
    )
    lines = [f"At {show_rate(rate)}, book within {show_duration(max(0, booked.at_ms or 0))} of now. The reasons:"]
    lines += [f"  {show_duration(max(0, reason.at_ms))} from now: {reason.says}" for reason in booked.reasons]
    numbers = {"rate_nl_per_day": rate, "from_now_ms": {reason.name: reason.at_ms for reason in booked.reasons}}
    _answer(lines, numbers, [], json=json)


@app.command(
    epilog=(
        "Example: thecal care bridge --dose '300 mcg/day' --old '500 mcg/mL' --new '2000 mcg/mL' --catheter '0.1958 mL'"
    )
)
def bridge(
    dose: str = typer.Option(..., help="The running daily dose, as in '300 mcg/day'."),
    old: str = typer.Option(..., help="The old concentration."),
    new: str = typer.Option(..., help="The new concentration."),
    catheter: str = CATHETER,
    tubing: str = TUBING,
    new_dose: str = typer.Option("", help="The new daily dose, where it changes too."),
    no_bridge: str = typer.Option("", help="Judge no bridge, for this reason."),
    json: bool = JSON,
) -> None:
    """A change of concentration: the bridge, and what no bridge would do.

    Exit codes: 0 clear, 1 blocked, 2 bad input, 3 wants a reason or two people.
    """
    from thecal.care.bridge import NoBridge, UseBridge, judge_bridge, without_bridge
    from thecal.care.bridge import bridge as plan_bridge
    from thecal.pump.devices import RATE_MIN

    parts = _parts(tubing, catheter, "drug")
    old_pg_per_day = _dose(dose, "--dose")
    new_pg_per_day = _dose(new_dose, "--new-dose") if new_dose else old_pg_per_day
    was = parse_concentration_pg_per_nl(old, field="--old")
    becomes = parse_concentration_pg_per_nl(new, field="--new")
    planned = plan_bridge(parts=parts, old_pg_per_day=old_pg_per_day, old_concentration_pg_per_nl=was)
    lacking = without_bridge(
        parts=parts,
        new_pg_per_day=new_pg_per_day,
        old_concentration_pg_per_nl=was,
        new_concentration_pg_per_nl=becomes,
    )
    findings = judge_bridge(
        decision=NoBridge(reason=no_bridge) if no_bridge.strip() else UseBridge(),
        parts=parts,
        old_pg_per_day=old_pg_per_day,
        new_pg_per_day=new_pg_per_day,
        old_concentration_pg_per_nl=was,
        new_concentration_pg_per_nl=becomes,
        same_drug=True,
        slowest=RATE_MIN,
    )
    after = round_div(new_pg_per_day, becomes)
    lines = [f"Bridge: {planned}, then {show_rate(after)}."] if planned else []
    lines += [f"With no bridge: {lacking}."] if lacking else []
    numbers: dict[str, Any] = {"rate_after_nl_per_day": after}
    if planned:
        numbers |= {
            "volume_nl": planned.volume_nl,
            "rate_nl_per_day": planned.rate_nl_per_day,
            "duration_ms": planned.duration_ms,
            "mass_pg": planned.mass_pg,
        }
    if lacking:
        numbers |= {"without_pg_per_day": lacking.tip_pg_per_day, "without_ms": lacking.duration_ms}
    _answer(lines, numbers, findings, json=json)


@app.command(
    epilog=(
        "Example: thecal care prime --concentration '500 mcg/mL' --catheter '0.1694 mL' "
        "--tubing-holds drug --catheter-holds 'no drug'"
    )
)
def prime(
    concentration: str = typer.Option(..., help="Of the drug in the reservoir."),
    catheter: str = CATHETER,
    tubing: str = TUBING,
    tubing_holds: str = typer.Option("unknown", help="drug, 'no drug' or unknown."),
    catheter_holds: str = typer.Option("unknown", help="drug, 'no drug' or unknown."),
    json: bool = JSON,
) -> None:
    """The prime of what is recorded to hold no drug, and of nothing else.

    Exit codes: 0 clear, 1 blocked, 2 bad input, 3 wants a reason or two people.
    """
    from thecal.care.prime import in_path_pg, judge_prime
    from thecal.care.prime import prime as plan_prime

    drug = parse_concentration_pg_per_nl(concentration, field="--concentration")
    parts = _parts(tubing, catheter, tubing_holds, catheter_holds)
    planned = plan_prime(parts=parts, concentration_pg_per_nl=drug)
    held_pg = in_path_pg(parts=parts, concentration_pg_per_nl=drug) or 0
    lines = [f"The path may already hold {show_mass(held_pg)}."]
    if planned:
        lines.append(
            f"Prime: {show_volume(planned.volume_nl)} at {show_rate(planned.rate_nl_per_day)} for "
            f"{show_duration(planned.duration_ms)}; {show_mass(planned.mass_pg)} lies in the path afterwards."
        )
    numbers = {"volume_nl": planned.volume_nl if planned else None, "in_path_pg": held_pg}
    _answer(lines, numbers, judge_prime(parts=parts, asked=True, concentration_pg_per_nl=drug), json=json)


@app.command(epilog="Example: thecal care residual --expected '4.1 mL' --withdrawn '2.0 mL' --programmed '16 mL'")
def residual(
    expected: str = typer.Option(..., help="What the pump calculated to be left."),
    withdrawn: str = typer.Option(..., help="What the syringe drew."),
    programmed: str = typer.Option("", help="What was programmed to flow since the last fill, where known."),
    increases: bool = typer.Option(False, "--increases", help="The daily dose is to be raised at this visit."),
    restarts: bool = typer.Option(False, "--restarts", help="A stopped pump is to be restarted at this visit."),
    explained: bool = typer.Option(False, "--explained", help="Somebody knows why."),
    json: bool = JSON,
) -> None:
    """What the syringe says against what the pump calculated.

    Exit codes: 0 clear, 1 blocked, 2 bad input, 3 wants a reason or two people.
    """
    from thecal.care.residual import Discrepancy, judge_residual

    now = Discrepancy(
        expected_nl=parse_volume_nl(expected, field="--expected"),
        withdrawn_nl=parse_volume_nl(withdrawn, field="--withdrawn"),
        programmed_nl=parse_volume_nl(programmed, field="--programmed") if programmed else None,
    )
    findings = judge_residual(now=now, earlier=None, increases=increases, restarts=restarts, explained=explained)
    way = "more" if now.more_left else "less"
    lines = [f"{show_volume(abs(now.less_left_nl))} {way} left than expected." if now.less_left_nl else "As expected."]
    _answer(lines, {"less_left_nl": now.less_left_nl}, findings, json=json)


def _answer(lines: Sequence[str], numbers: dict[str, Any], findings: "Sequence[Finding]", *, json: bool) -> None:
    """Print the arithmetic and the findings, and leave with their exit code."""
    if json:
        show_json({"says": NOT_A_DEVICE, **numbers, "findings": plain_findings(findings)})
    else:
        for line in lines:
            print(line)
        show_findings(findings)
        print(NOT_A_DEVICE)
    raise typer.Exit(exit_code(findings))


def _dose(text: str, field: str) -> int:
    """A daily dose above zero."""
    dose = parse_dose_pg_per_day(text, field=field)
    if dose == 0:
        raise BadInput(field, "is no dose", remedy="Write it like this: 300 mcg/day.")
    return dose


def _one_of(text: str, field: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise BadInput(field, f"{text!r} is not known", remedy=f"Use one of: {', '.join(known)}.")
    return text


def _parts(tubing: str, catheter: str, tubing_holds: str, catheter_holds: str | None = None) -> "tuple[Part, Part]":
    """Tubing and catheter, and what each is recorded to hold."""
    from thecal.care.path import Holds, Part

    holds = {"drug": Holds.DRUG, "no drug": Holds.NO_DRUG, "unknown": Holds.UNKNOWN}
    first = _one_of(tubing_holds, "--tubing-holds", HOLDS)
    second = _one_of(catheter_holds or tubing_holds, "--catheter-holds", HOLDS)
    return (
        Part(name="tubing", volume_nl=parse_volume_nl(tubing, field="--tubing"), holds=holds[first]),
        Part(name="catheter", volume_nl=parse_volume_nl(catheter, field="--catheter"), holds=holds[second]),
    )
