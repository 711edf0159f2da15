"""Step 14: a pump is taken out for good: a taper as the prescriber writes it, a look every day, the operation."""

from collections.abc import Iterator

from thecal.care.removal import READING, TaperStep
from thecal.care.removal_day import (
    SIGNS,
    DailyCheckCase,
    RemovalCase,
    Why,
    judge_catheter,
    judge_daily_check,
    judge_removal,
    next_check_ms,
)
from thecal.care.tapering import TaperCase, judge_taper
from thecal.clinic.bedside import Bedside
from thecal.clinic.knowledge import KnownPump
from thecal.clinic.models import Implant, Role, Stage, StepRecord
from thecal.clinic.steps.fields import NOT_KNOWN, day_ms
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Doing, Look, Sheet, Step, Table, Values
from thecal.clinic.steps.operating import REPLACED, beside, of_this_pump
from thecal.clinic.steps.removal_forms import WHY, DailyCheckForm, PlanForm, RemovalForm, TaperForm
from thecal.clinic.steps.wound import infected, withdrawal_plan
from thecal.clinic.when import show_date, show_time
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.errors import BadInput
from thecal.findings import Finding
from thecal.pump.devices import PUMP_MODELS
from thecal.units import HOUR_MS, decimal_text, show_concentration, show_dose, show_rate

KEY = "removal"
PLACES = {"interval_ms": "interval_h", "written_by_prescriber": "old_pg_per_day"}


def taper_case(values: Values, known: Known, *, by_prescriber: bool | None = True) -> TaperCase:
    """A taper as care judges it. Only prescribers may fill in the sheet."""
    implant, interval_h = known.chart.implant, values.get("interval_h")
    share = values.get("share_per_mille")
    return TaperCase(
        old_pg_per_day=values.get("old_pg_per_day") or None,
        steps=values.get("steps"),
        share_per_mille=share or None,
        interval_ms=None if interval_h is None else interval_h * HOUR_MS,
        concentration_pg_per_nl=values.get("concentration_pg_per_nl"),
        slowest_nl_per_day=PUMP_MODELS[implant.pump_model].rate_min_nl_per_day if implant else None,
        written_by_prescriber=by_prescriber,
        oral_cover=values.get("oral_cover"),
        daily_checker=values.get("daily_checker"),
    )


def _judge_taper(values: Values, known: Known) -> list[Finding]:
    return beside(judge_taper(taper_case(values, known)), PLACES)


def _after_taper(doing: Doing, record: StepRecord) -> None:
    """The patient is being tapered from here."""
    del record
    if doing.corrects is None and doing.known.chart.implant is not None:
        doing.patient.stage = Stage.TAPERING
        doing.patient.save(update_fields=["stage"])


def _judge_check(values: Values, known: Known) -> list[Finding]:
    before = known.latest("removal.daily_check")
    case = {name: values.get(name) for name, _, _ in SIGNS}
    since_ms = None if before is None else known.now_ms - before.made_ms
    return beside(
        judge_daily_check(DailyCheckCase(**case, since_last_check_ms=since_ms, removed=known.chart.implant is None)),
        {"since_last_check_ms": "words"},
    )


def removal_case(values: Values, known: Known) -> RemovalCase:
    """A removal as care judges it. A plan that stands beside an infected system is the plan here too."""
    why = values.get("why")
    if why is None and infected(known):
        why = "infection"
    return RemovalCase(
        why=Why[why.upper()] if why else None,
        tapered=values.get("tapered"),
        withdrawal_plan=values.get("withdrawal_plan") or withdrawal_plan(known),
    )


def _judge_plan(values: Values, known: Known) -> list[Finding]:
    return judge_removal(removal_case(values, known))


def plan_of(known: Known) -> StepRecord | None:
    """The plan for the pump that is in the patient now."""
    return of_this_pump(known.latest("removal.plan"), known)


def _judge_removal(values: Values, known: Known) -> list[Finding]:
    """What was asked before, now from the plan; and what became of the catheter. Never a block."""
    plan = plan_of(known)
    before = judge_removal(removal_case(plan.values if plan else {}, known)) if known.chart.implant else []
    return before + judge_catheter(values.get("catheter_whole"))


def _present(doing: Doing) -> Implant:
    """The pump that is in, and comes out."""
    implant = doing.known.chart.implant
    if implant is None:
        raise BadInput("removed_ms", "no pump is in", remedy="Look at the patient's page.")
    removed_ms = doing.values.get("removed_ms")
    if removed_ms is not None and removed_ms > doing.now.clinic_ms:
        raise BadInput("removed_ms", "is still to come", remedy="Record a removal when it has been done.")
    return implant


def _remove(doing: Doing, room: Bedside) -> Values:
    """Pump and catheter come out."""
    implant = _present(doing)
    room.remove(implant)
    return {"serial": implant.serial}


def _after_removal(doing: Doing, record: StepRecord) -> None:
    """No pump is in the patient from here."""
    del record
    implant = _present(doing) if doing.corrects is None else last_removal(doing.known)
    if implant is None:
        return
    plan = plan_of(doing.known)
    why = removal_case(plan.values if plan else {}, doing.known).why
    typed_ms = doing.values.get("removed_ms")
    if doing.corrects is None or typed_ms is not None:
        implant.removed_ms = doing.now.clinic_ms if typed_ms is None else typed_ms
    if doing.corrects is None:
        implant.removed_why = "reason not known" if why is None else dict(WHY)[why.name.lower()].lower()
        doing.patient.stage = Stage.REMOVED
        doing.patient.save(update_fields=["stage"])
    implant.save(update_fields=["removed_ms", "removed_why"])


def _tells_taper(values: Values) -> str:
    names = ("old_pg_per_day", "share_per_mille", "steps", "interval_h")
    if any(values.get(name) is None for name in names):
        return "A taper, not all of its numbers written."
    old, share = values["old_pg_per_day"], decimal_text(values["share_per_mille"], 10)
    return f"From {show_dose(old)}: {values['steps']} steps of {share} %, {values['interval_h']} h apart."


def _tells_check(values: Values) -> str:
    seen = [words for name, words, _ in SIGNS if values.get(name)]
    unseen = [words for name, words, _ in SIGNS if values.get(name) is None]
    told = f"Seen: {', '.join(seen)}" if seen else "No sign of withdrawal seen"
    return f"{told}; nobody looked for: {', '.join(unseen)}." if unseen else f"{told}."


def _tells_plan(values: Values) -> str:
    plan = "plan against withdrawal written" if values.get("withdrawal_plan") else "no plan against withdrawal here"
    return f"{dict(WHY).get(values.get('why') or '', 'Reason not known')}; {plan}."


def _tells_removal(values: Values) -> str:
    whole = values.get("catheter_whole")
    if whole is None:
        return "Pump taken out; whether the catheter is whole: not known."
    left = f"part of the catheter left: {values.get('catheter_left') or NOT_KNOWN}"
    return f"Pump taken out; {'catheter whole' if whole else left}."


TAPER = Sheet(
    key="removal.taper",
    title="Taper",
    button="Sign taper",
    form=TaperForm,
    judge=_judge_taper,
    tells=_tells_taper,
    then=_after_taper,
    roles=(Role.PRESCRIBER,),
    says="A prescription: each number is the prescriber's own. Each step is programmed in a visit.",
)
DAILY_CHECK = Sheet(
    key="removal.daily_check",
    title="Daily check",
    button="Record daily check",
    form=DailyCheckForm,
    judge=_judge_check,
    tells=_tells_check,
    says="Every day of the taper and for four days after the removal. What nobody looked for is left at not known.",
)
PLAN = Sheet(
    key="removal.plan",
    title="Plan against withdrawal",
    button="Sign plan",
    form=PlanForm,
    judge=_judge_plan,
    tells=_tells_plan,
    roles=(Role.PRESCRIBER, Role.SURGEON),
    says="Before the operation, also where there is no time for a taper.",
)
REMOVAL = Sheet(
    key="removal.operation",
    title="Removal",
    button="Record removal",
    form=RemovalForm,
    judge=_judge_removal,
    tells=_tells_removal,
    act=_remove,
    then=_after_removal,
    roles=(Role.SURGEON, Role.PRESCRIBER),
    second_later=False,
    says="In a rehearsal, recording it takes pump and catheter out. It is never blocked.",
)


def taper_of(known: Known) -> StepRecord | None:
    """The taper of the pump that is in the patient now."""
    return of_this_pump(known.latest(TAPER.key), known)


def steps_of(record: StepRecord, known: Known) -> tuple[tuple[TaperStep, int | None], ...]:
    """(step, when it begins) of a taper on record; None for a taper without a first day."""
    day = record.entry("first_day")
    table = taper_case(record.values, known).table or ()
    return tuple((step, None if day is None else day_ms(day) + step.after_ms) for step in table)


def last_removal(known: Known) -> Implant | None:
    """The pump that was taken out last and not replaced by another; None where one is in."""
    if known.chart.implant is not None:
        return None
    return known.patient.implants.filter(removed_ms__isnull=False).order_by("removed_ms").last()


def catheter_words(known: Known) -> str:
    """What became of the catheter of the pump that was taken out, as it stands on a card."""
    record, removed = known.latest(REMOVAL.key), last_removal(known)
    if record is None or removed is None or record.made_ms < removed.implanted_ms:
        return NOT_KNOWN
    whole = record.entry("catheter_whole")
    left = f"part of it was left: {record.entry('catheter_left') or NOT_KNOWN}"
    return NOT_KNOWN if whole is None else "taken out whole" if whole else left


def _look(known: Known) -> Look:
    record = taper_of(known)
    return Look(
        cards=tuple(_cards(known)),
        facts=tuple(_facts(known)),
        findings=tuple(_judge_taper(record.values, known)) if record else (),
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
    plan = removal_case(_plan_values(known), known).withdrawal_plan if known.chart.implant else None
    if known.chart.implant is not None:
        yield "Plan against withdrawal", plan or "none written"


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


def _due(known: Known) -> Iterator[WorkItem]:
    record = taper_of(known)
    if record is not None:
        yield from _step_due(record, known)
        yield from _plan_due(record, known)
    yield from _check_due(record, known)
    plan = plan_of(known)
    if plan is not None and plan.entry("surgery_day") is not None:
        by_ms = day_ms(str(plan.entry("surgery_day")))
        late = by_ms <= known.now_ms
        why = _tells_plan(plan.values)
        yield _item(known, Urgency.URGENT if late else Urgency.ROUTINE, "Remove the pump", by_ms, why, REMOVAL)


def _plan_due(taper: StepRecord, known: Known) -> Iterator[WorkItem]:
    """The plan against withdrawal is written while the taper runs."""
    if plan_of(known) is None:
        last_ms = max((at_ms for _, at_ms in steps_of(taper, known) if at_ms is not None), default=known.now_ms)
        why = "The taper is signed; the plan is written before the pump comes out."
        yield _item(known, Urgency.ROUTINE, "Write the plan against withdrawal", last_ms, why, PLAN)


def runs_at_most(pump: KnownPump, dose_pg_per_day: int) -> bool:
    """Whether a pump was read to give this dose or less, to the nanolitre that it counts in."""
    return pump.dose_pg_per_day - dose_pg_per_day < (pump.concentration_pg_per_nl or 1)


def _step_due(record: StepRecord, known: Known) -> Iterator[WorkItem]:
    """The next step that the pump was not read to run yet."""
    pump = known.chart.pump
    for step, at_ms in steps_of(record, known):
        if at_ms is None or (
            pump is not None and pump.dose_pg_per_day <= step.dose_pg_per_day + step.concentration_pg_per_nl
        ):
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
    checks = [record.made_ms for record in known.all(DAILY_CHECK.key) if record.made_ms >= begun_ms]
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
    yield _item(known, Urgency.URGENT if late else Urgency.ROUTINE, "Look for withdrawal", due_ms, why, DAILY_CHECK)


def _begun_ms(taper: StepRecord | None, removed: Implant | None) -> int | None:
    """From when on somebody looks every day."""
    if removed is not None and removed.removed_why != REPLACED:
        return removed.removed_ms
    if taper is None:
        return None
    day = taper.entry("first_day")
    return taper.made_ms if day is None else day_ms(str(day))


def _item(known: Known, urgency: Urgency, what: str, by_ms: int, why: str, sheet: Sheet) -> WorkItem:
    return step_item(known.patient, KEY, urgency=urgency, what=what, by_ms=by_ms, why=why, sheet_key=sheet.name)


STEP = Step(
    number=14,
    key=KEY,
    title="Removal",
    purpose="A pump that goes for good, without the drug going at once.",
    sheets=(TAPER, DAILY_CHECK, PLAN, REMOVAL),
    look=_look,
    due=_due,
)
