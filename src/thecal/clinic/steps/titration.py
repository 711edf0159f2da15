"""Step 8, titration: an order set that expires, tablets one at a time, and what each dose did."""

from collections.abc import Iterator
from dataclasses import replace

from thecal.care.need import LATE, NO_RESPONSE, NeedCase, judge_need
from thecal.care.oral_drugs import NEVER_STOP_AT_ONCE, Drug, show_oral_dose
from thecal.care.oral_taper import OralPlanCase, judge_oral_plan, judge_oral_step
from thecal.care.order_sets import OrderSet, judge_signing
from thecal.care.response import ResponseCase, Trend, judge_response
from thecal.care.scales import mean_hundredths
from thecal.clinic.models import Role, Stage, StepRecord
from thecal.clinic.steps.assessed import EXAMINED, as_seen, examination_of, seen_ms
from thecal.clinic.steps.doses import dose_history
from thecal.clinic.steps.fields import NOT_KNOWN
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Look, Sheet, Step, Table, Values
from thecal.clinic.steps.settled import SETTLED
from thecal.clinic.steps.titrating import (
    ENDED,
    NOTED,
    ORDERED,
    PLANNED,
    STEPPED,
    OralTaper,
    drug_of,
    need_of,
    oral_step_case,
    oral_tapers,
    order_set_of,
    others_tapering,
    phase_of,
    signing_case,
    steps_made,
)
from thecal.clinic.steps.titration_forms import (
    NEXT,
    TRENDS,
    NoteForm,
    OralPlanForm,
    OralStepForm,
    OrderEndForm,
    OrderSetForm,
)
from thecal.clinic.steps.tried import DRUGS
from thecal.clinic.when import offset_min, show_date, show_time
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.figures import Figure, Graded, TitrationSeries, titration_chart
from thecal.findings import Finding
from thecal.units import DAY_MS, decimal_text, show_dose, show_duration

KEY = "titration"
AHEAD_MS = 7 * DAY_MS
"""How long before an order set expires it stands on the worklist."""
STEP_AHEAD_MS = DAY_MS
TITRATED = (Stage.TITRATING, Stage.MAINTAINED)
TYPED_AS = {"expires_ms": "expires_on", "shortest_interval_ms": "shortest_interval_h"}
"""A bound of the order set by the name of its entry."""
BESIDE = {"without_response": "helped"}
"""Where a finding about the need stands on the note, which has no dose."""
SEEN = ("drowsy", "breathing_slow", "dizzy", "nausea", "headache", "cannot_pass_urine")


def _judge_order(values: Values, known: Known) -> list[Finding]:
    found = judge_signing(signing_case(values, known))
    return [replace(each, field=TYPED_AS.get(each.field, each.field)) for each in found]


def _trend(values: Values, name: str) -> Trend | None:
    key = values.get(name)
    return None if key is None else Trend[key.upper()]


def _judge_note(values: Values, known: Known) -> list[Finding]:
    """What the dose did, and, where more is planned, what that asks about pump and catheter."""
    case = ResponseCase(
        tone=_trend(values, "tone"),
        spasms=_trend(values, "spasms"),
        strength=_trend(values, "strength"),
        could_stand=values.get("could_stand"),
        can_stand=values.get("can_stand"),
        raises=values.get("next") == "raise",
        **{name: values.get(name) for name in SEEN},
    )
    pump = known.chart.pump
    if not case.raises or pump is None:
        return judge_response(case)
    need = NeedCase(need=need_of(known, values=values), old_pg_per_day=pump.dose_pg_per_day, phase=phase_of(known))
    asked = [replace(found, field=BESIDE.get(found.field, "catheter_checked")) for found in judge_need(need)]
    return [*judge_response(case), *asked]


def _judge_plan(values: Values, known: Known) -> list[Finding]:
    days, drug = values.get("interval_days"), drug_of(values)
    return judge_oral_plan(
        OralPlanCase(
            drug=drug,
            step_pg_per_day=values.get("step_pg_per_day"),
            interval_ms=None if days is None else days * DAY_MS,
            others=others_tapering(known, drug),
            baclofen_taken=values.get("baclofen_taken"),
        )
    )


def _judge_step(values: Values, known: Known) -> list[Finding]:
    return judge_oral_step(oral_step_case(values, known))


def _percent(per_mille: int | None) -> str:
    return NOT_KNOWN if per_mille is None else f"{decimal_text(per_mille, 10)} %"


def _dose(dose_pg_per_day: int | None) -> str:
    return NOT_KNOWN if dose_pg_per_day is None else show_dose(dose_pg_per_day)


def _oral(dose_pg_per_day: int | None) -> str:
    return NOT_KNOWN if dose_pg_per_day is None else show_oral_dose(dose_pg_per_day)


def _drug(values: Values) -> str:
    key = values.get("drug")
    return NOT_KNOWN if key is None else dict(DRUGS)[key]


def _tell_order(values: Values) -> str:
    bounds = f"{_dose(values.get('lowest_pg_per_day'))} to {_dose(values.get('highest_pg_per_day'))}"
    day = values.get("expires_on")
    return f"{bounds}, steps of at most {_percent(values.get('largest_step_per_mille'))}, until {day or NOT_KNOWN}"


def _tell_end(values: Values) -> str:
    return f"The order set ended. {values.get('why') or 'No reason is written.'}"


def _tell_note(values: Values) -> str:
    seen = [NoteForm.base_fields[name].label for name in SEEN if values.get(name)]
    tone = dict(TRENDS).get(values.get("tone") or "", NOT_KNOWN).lower()
    stands = {True: "stands or transfers", False: "does not stand or transfer", None: "standing not known"}
    told = f"Stiffness: {tone}; {stands[values.get('can_stand')]}"
    return f"{told}. {' '.join(str(label) for label in seen)}".strip(" .") + "."


def _tell_plan(values: Values) -> str:
    days = values.get("interval_days")
    every = NOT_KNOWN if days is None else f"every {days} days"
    return f"{_drug(values)}: {_oral(values.get('step_pg_per_day'))} less, {every}"


def _tell_step(values: Values) -> str:
    return f"{_drug(values)}: {_oral(values.get('before_pg_per_day'))} to {_oral(values.get('after_pg_per_day'))}"


def _look(known: Known) -> Look:
    """The running dose, the order set, what the need asks, and dose against tone and function."""
    order, tapers = order_set_of(known), oral_tapers(known)
    cards = [Card(urgency="urgent", title="Baclofen by mouth", says=NEVER_STOP_AT_ONCE)] if _on_baclofen(tapers) else []
    return Look(
        cards=tuple(cards),
        facts=tuple(_facts(known, order)),
        findings=tuple(_need_findings(known)),
        figures=tuple(_figures(known)),
        tables=tuple(_tables(known, tapers)),
    )


def _on_baclofen(tapers: list[OralTaper]) -> bool:
    return any(taper.drug is Drug.BACLOFEN and taper.last_pg_per_day != 0 for taper in tapers)


def _need_findings(known: Known) -> list[Finding]:
    """Whether the need has risen, with no dose proposed: a stable dose is no need, so it is not said here."""
    pump = known.chart.pump
    if known.patient.stage not in TITRATED or pump is None or not pump.dose_pg_per_day:
        return []
    case = NeedCase(need=need_of(known), old_pg_per_day=pump.dose_pg_per_day, phase=phase_of(known))
    return [found for found in judge_need(case) if found.rule in {NO_RESPONSE.name, LATE.name}]


def _facts(known: Known, order: OrderSet | None) -> Iterator[tuple[str, str]]:
    """The dose as it was read, and the order set with what is left of it."""
    pump = known.chart.pump
    read = NOT_KNOWN if pump is None else f"{show_dose(pump.dose_pg_per_day)}, read {show_time(pump.read_ms)}"
    yield "Running daily dose", read
    if order is None:
        yield "Order set", "none is signed: a prescriber is the second person when a nurse changes a dose"
        return
    made = steps_made(order, dose_history(known.patient))
    left = NOT_KNOWN if made is None else str(max(0, order.steps - made))
    state = "expired" if known.now_ms >= order.expires_ms else "running"
    yield "Order set", f"{state}: {show_dose(order.lowest_pg_per_day)} to {show_dose(order.highest_pg_per_day)}"
    yield (
        "Steps",
        (
            f"at most {_percent(order.largest_step_per_mille)}, {show_duration(order.shortest_interval_ms)} apart; "
            f"{left} of {order.steps} left"
        ),
    )
    yield "Expires", f"at the end of {show_date(order.expires_ms - 1)}"


def _figures(known: Known) -> Iterator[Figure]:
    """Dose, tone and standing in one figure, where there is anything to draw."""
    stands = [(seen_ms(note), can) for note in as_seen(known, NOTED) if (can := note.entry("can_stand")) is not None]
    doses = dose_history(known.patient).read
    tone = list(_graded(known))
    if doses or stands or tone:
        yield titration_chart(
            TitrationSeries(
                dose_pg_per_day=doses, tone=tone, stands=stands, until_ms=known.now_ms, utc_offset_min=offset_min()
            )
        )


def _graded(known: Known) -> Iterator[Graded]:
    """The legs' mean of every examination in which they were graded."""
    for record in as_seen(known, EXAMINED):
        case = examination_of(record.values)
        mean = mean_hundredths(case.tones)
        if mean is not None:
            yield Graded(at_ms=seen_ms(record), variant=case.variant, mean_hundredths=mean)


TAPERS = ("Drug", "Written step", "Written interval", "Dose after the last step", "Next step from")
NOTES = ("Seen", "What was seen", "Function", "Planned")


def _tables(known: Known, tapers: list[OralTaper]) -> Iterator[Table]:
    """Tablets drug by drug, and the notes, newest first."""
    notes = as_seen(known, NOTED)
    if tapers:
        rows = tuple(_taper_row(each) for each in tapers)
        yield Table(caption="Tapers by mouth, one at a time", head=TAPERS, rows=rows)
    if notes:
        yield Table(caption="Notes", head=NOTES, rows=tuple(_note_row(note) for note in reversed(notes)))


def _taper_row(taper: OralTaper) -> tuple[str, ...]:
    plan = taper.plan
    over = bool(taper.steps) and not taper.begun
    return (
        dict(DRUGS)[taper.drug.name.lower()],
        NOT_KNOWN if plan is None else _oral(plan.entry("step_pg_per_day")),
        NOT_KNOWN if taper.interval_ms is None else show_duration(taper.interval_ms),
        "not begun" if not taper.steps else _oral(taper.last_pg_per_day),
        "ended" if over else NOT_KNOWN if taper.next_ms is None else show_date(taper.next_ms),
    )


def _note_row(note: StepRecord) -> tuple[str, ...]:
    planned = dict(NEXT).get(note.entry("next") or "", NOT_KNOWN)
    return show_date(seen_ms(note)), _tell_note(note.values), note.entry("function_words") or "", planned


def _due(known: Known) -> Iterator[WorkItem]:
    """An order set that expires, and the next step of a taper."""
    order = order_set_of(known)
    if order is not None and known.chart.removed is None and order.expires_ms - known.now_ms <= AHEAD_MS:
        over = known.now_ms >= order.expires_ms
        yield step_item(
            known.patient,
            KEY,
            urgency=Urgency.ROUTINE,
            what="Order set has expired: sign another, or end it" if over else "Order set expires soon",
            by_ms=order.expires_ms,
            why=f"It {'held' if over else 'holds'} until the end of {show_date(order.expires_ms - 1)}.",
            sheet_key="order_set",
        )
    for taper in oral_tapers(known):
        due_ms = taper.next_ms
        if due_ms is not None and due_ms - known.now_ms <= STEP_AHEAD_MS:
            name = dict(DRUGS)[taper.drug.name.lower()]
            yield step_item(
                known.patient,
                KEY,
                urgency=Urgency.ROUTINE,
                what=f"Next taper step by mouth: {name}",
                by_ms=due_ms,
                why=f"The prescriber wrote {show_duration(taper.interval_ms or 0)} between steps. One drug at a time.",
                sheet_key="oral_step",
            )


ORDER_SET = Sheet(
    key=ORDERED,
    title="Order set for titration",
    button="Sign order set",
    form=OrderSetForm,
    judge=_judge_order,
    tells=_tell_order,
    roles=(Role.PRESCRIBER,),
    says="A nurse may change the dose within it. It covers no start, no restart, no other drug or concentration.",
)
ORDER_END = Sheet(
    key=ENDED,
    title="End of the order set",
    button="End order set",
    form=OrderEndForm,
    tells=_tell_end,
    roles=(Role.PRESCRIBER,),
)
NOTE = Sheet(
    key=NOTED,
    title="Titration note",
    button="Record note",
    form=NoteForm,
    judge=_judge_note,
    tells=_tell_note,
    roles=(Role.PRESCRIBER, Role.NURSE, Role.THERAPIST),
    says="What this dose did. The aim is what the person can do, not a number.",
)
ORAL_PLAN = Sheet(
    key=PLANNED,
    title="Taper by mouth: the prescriber's plan",
    button="Sign taper",
    form=OralPlanForm,
    judge=_judge_plan,
    tells=_tell_plan,
    roles=(Role.PRESCRIBER,),
)
ORAL_STEP = Sheet(
    key=STEPPED,
    title="Taper by mouth: a step",
    button="Record step",
    form=OralStepForm,
    judge=_judge_step,
    tells=_tell_step,
    roles=(Role.PRESCRIBER, Role.NURSE, Role.PHARMACIST),
)
STEP = Step(
    number=8,
    key=KEY,
    title="Titration",
    purpose="The dose to its effect: within an order set, against function, tablets one at a time.",
    sheets=(NOTE, ORDER_SET, ORDER_END, ORAL_PLAN, ORAL_STEP, SETTLED),
    look=_look,
    due=_due,
)
