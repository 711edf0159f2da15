"""What the page of a removal shows, and what it puts on the worklist."""

from collections.abc import Iterator

from thecal.care.removal import READING, TaperStep
from thecal.care.removal_day import (
    next_check_ms,
)
from thecal.care.tapering import judge_taper
from thecal.clinic.knowledge import KnownPump
from thecal.clinic.models import Implant, StepRecord
from thecal.clinic.steps.fields import day_ms
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Look, Table, Values
from thecal.clinic.steps.operating import REPLACED
from thecal.clinic.steps.removal_cases import (
    KEY,
    last_removal,
    plan_after,
    plan_of,
    removal_case,
    steps_of,
    taper_case,
    taper_of,
)
from thecal.clinic.steps.removal_forms import WHY
from thecal.clinic.steps.wound import infected
from thecal.clinic.when import show_date, show_time
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.units import show_concentration, show_dose, show_rate


def tells_plan(values: Values) -> str:
    """The plan in one line."""
    plan = "plan against withdrawal written" if values.get("withdrawal_plan") else "no plan against withdrawal here"
    return f"{dict(WHY).get(values.get('why') or '', 'Reason not known')}; {plan}."


def look(known: Known) -> Look:
    """The taper as a table, the plan, and what was published."""
    record = taper_of(known)
    return Look(
        cards=tuple(_cards(known)),
        facts=tuple(_facts(known)),
        findings=tuple(judge_taper(taper_case(record.values, known))) if record else (),
        tables=(*_tables(record, known), _reading()),
    )


def _cards(known: Known) -> Iterator[Card]:
    """An infected system without a plan."""
    if (
        known.chart.implant is not None
        and infected(known)
        and removal_case(_plan_values(known), known).withdrawal_plan is None
    ):
        yield Card(
            urgency="emergency",
            title="The system is infected, and no plan against withdrawal is written",
            says="Write the plan before the pump comes out.",
        )


def _plan_values(known: Known) -> Values:
    plan = plan_of(known)
    return plan.values if plan else {}


def _facts(known: Known) -> Iterator[tuple[str, str]]:
    """What runs now, or what was taken out."""
    removed = last_removal(known)
    if removed is not None and removed.removed_ms is not None:
        yield "Taken out", f"{show_time(removed.removed_ms)}, {removed.removed_why or 'reason not known'}"
    pump = known.chart.pump
    if pump is not None:
        yield "Daily dose as last read", f"{show_dose(pump.dose_pg_per_day)}, read {show_time(pump.read_ms)}"
    if known.chart.implant is not None:
        yield "Plan against withdrawal", removal_case(_plan_values(known), known).withdrawal_plan or "none written"
    elif removed is not None:
        yield "Plan against withdrawal", plan_after(known) or "none written"


def _tables(record: StepRecord | None, known: Known) -> Iterator[Table]:
    """The taper as it was written."""
    if record is None:
        return
    rows = tuple(_row(step, at_ms) for step, at_ms in steps_of(record, known))
    if rows:
        yield Table(
            caption="The taper, from the prescriber's numbers",
            head=("Step", "From", "Daily dose", "Concentration", "Rate", "Before it"),
            rows=rows,
        )


def _row(step: TaperStep, at_ms: int | None) -> tuple[str, ...]:
    fill = f"fill with {show_concentration(step.concentration_pg_per_nl)}" if step.fill_before else ""
    rate = show_rate(step.rate_nl_per_day) if step.runs else f"{show_rate(step.rate_nl_per_day)}: too slow for the pump"
    return (
        str(step.number),
        "no day written" if at_ms is None else show_time(at_ms),
        show_dose(step.dose_pg_per_day),
        show_concentration(step.concentration_pg_per_nl),
        rate,
        fill,
    )


def _reading() -> Table:
    """What others have published, to be read and not to be copied."""
    return Table(
        caption="What was published, as reading only: no suggestion of a dose",
        head=("Source", "What was done"),
        rows=tuple((each.source.split(",")[0], f"{each.what} ({each.source})") for each in READING),
    )


def due(known: Known) -> Iterator[WorkItem]:
    """The next step of the taper, the plan, a look every day, and the operation."""
    record = taper_of(known)
    if record is not None:
        yield from _step_due(record, known)
        yield from _plan_due(record, known)
    yield from _check_due(record, known)
    plan = plan_of(known)
    if plan is not None and plan.entry("surgery_day") is not None:
        by_ms = day_ms(str(plan.entry("surgery_day")))
        late = by_ms <= known.now_ms
        why = tells_plan(plan.values)
        yield _item(known, Urgency.URGENT if late else Urgency.ROUTINE, "Remove the pump", by_ms, why, "operation")


def _plan_due(taper: StepRecord, known: Known) -> Iterator[WorkItem]:
    """The plan against withdrawal is written while the taper runs."""
    if plan_of(known) is not None:
        return
    last_ms = max((at_ms for _, at_ms in steps_of(taper, known) if at_ms is not None), default=known.now_ms)
    if removal_case({}, known).withdrawal_plan is None:
        what, why = "Write the plan against withdrawal", "The taper is signed; the plan is written before the removal."
    else:
        what, why = "Give the removal a day", "The taper is signed; the plan stands beside the infected system."
    yield _item(known, Urgency.ROUTINE, what, last_ms, why, "plan")


def runs_at_most(pump: KnownPump, dose_pg_per_day: int) -> bool:
    """Whether a pump was read to give this dose or less: as it is shown, or to the nanolitre that it counts in."""
    as_shown = show_dose(pump.dose_pg_per_day) == show_dose(dose_pg_per_day)
    return as_shown or pump.dose_pg_per_day - dose_pg_per_day < (pump.concentration_pg_per_nl or 1)


def _step_due(record: StepRecord, known: Known) -> Iterator[WorkItem]:
    """The next step that the pump was not read to run yet."""
    pump = known.chart.pump
    for step, at_ms in steps_of(record, known):
        if at_ms is None or (pump is not None and runs_at_most(pump, step.dose_pg_per_day)):
            continue
        late = at_ms <= known.now_ms
        fill = f" Fill with {show_concentration(step.concentration_pg_per_nl)} first." if step.fill_before else ""
        yield step_item(
            known.patient,
            KEY,
            urgency=Urgency.URGENT if late else Urgency.ROUTINE,
            what=f"Program step {step.number} of the taper",
            by_ms=at_ms,
            why=f"{show_dose(step.dose_pg_per_day)}, as the prescriber wrote on {show_date(record.made_ms)}.{fill}",
        )
        return


def _check_due(taper: StepRecord | None, known: Known) -> Iterator[WorkItem]:
    """A look every day, from the first step until four days after the removal."""
    removed = last_removal(known)
    begun_ms = _begun_ms(taper, removed)
    if begun_ms is None or begun_ms > known.now_ms:
        return
    checks = [record.made_ms for record in known.all("removal.daily_check") if record.made_ms >= begun_ms]
    removed_ms = removed.removed_ms if removed else None
    due_ms = next_check_ms(last_ms=max(checks, default=begun_ms), removed_ms=removed_ms)
    if due_ms is None:
        return
    late = due_ms <= known.now_ms
    why = (
        "The dose falls: withdrawal shows within days."
        if removed is None
        else "The pump is out: withdrawal shows within days."
    )
    yield _item(known, Urgency.URGENT if late else Urgency.ROUTINE, "Look for withdrawal", due_ms, why, "daily_check")


def _begun_ms(taper: StepRecord | None, removed: Implant | None) -> int | None:
    """From when on somebody looks every day."""
    if removed is not None and removed.removed_why != REPLACED:
        return removed.removed_ms
    if taper is None:
        return None
    day = taper.entry("first_day")
    return taper.made_ms if day is None else day_ms(str(day))


def _item(known: Known, urgency: Urgency, what: str, by_ms: int, why: str, sheet_key: str) -> WorkItem:
    return step_item(known.patient, KEY, urgency=urgency, what=what, by_ms=by_ms, why=why, sheet_key=sheet_key)
