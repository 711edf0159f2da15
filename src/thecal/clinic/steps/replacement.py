"""Step 13: a pump whose battery ends is replaced on the catheter that stays."""

from collections.abc import Iterator

from django.urls import reverse

from thecal.care.new_pump import NewPumpCase, judge_new_pump
from thecal.care.operation import judge_operation
from thecal.care.replacement import Phase, ReplacementCase, judge_replacement, phase_of
from thecal.clinic.bedside import Bedside
from thecal.clinic.models import Implant, Role, StepRecord
from thecal.clinic.steps.coverage import AUTHORISATION, authorised
from thecal.clinic.steps.fields import NOT_KNOWN, Day, Moment, Text, YesNo, day_ms
from thecal.clinic.steps.hospital import stay_cards
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Doing, Look, Sheet, Step, Values
from thecal.clinic.steps.operating import (
    FILL_NAMES,
    HOLDS_NAMES,
    NEEDED,
    PUMP_NAMES,
    REPLACED,
    PumpForm,
    beside,
    corrected_implant,
    of_this_pump,
    operation_case,
    pump_fields,
    require_entries,
    write_implant,
)
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.when import show_date, show_time
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.errors import BadInput
from thecal.findings import Finding, most_urgent
from thecal.findings import Urgency as FindingUrgency
from thecal.pump.alarms import Alarm
from thecal.pump.states import State
from thecal.units import show_concentration, show_volume

KEY = "replacement"
PLACES = {"planned": "surgeon", "surgery_ms": "surgery_day", "implanted_ms": "surgeon", "indicator_ms": "sounded_ms"}
URGENCIES = {FindingUrgency.NOW: Urgency.EMERGENCY, FindingUrgency.TODAY: Urgency.URGENT}
EMPTIED = "no_drug"


class PlanForm(SheetForm):
    """What is arranged for the replacement."""

    sections = (
        Section("Arranged", ("surgeon", "authorised", "surgery_day")),
        Section("Heard or read", ("sounded_ms", "ended")),
        Section("Words", ("words",)),
    )
    surgeon = Text("Referred to")
    authorised = YesNo("Has the payer authorised it?", help_text="Leave it where step 15 holds the authorisation.")
    surgery_day = Day("Day of the operation")
    sounded_ms = Moment("Replacement indicator heard since", help_text="Only where a read-out does not say it. UTC.")
    ended = YesNo("Was the end of service heard or read?")
    words = Text("Anything else", rows=2, longest=2000)


class NewPumpForm(PumpForm):
    """A new pump, as it was put in on the catheter that stays."""

    sections = (
        Section("The new pump", PUMP_NAMES),
        Section("The fill", FILL_NAMES),
        Section(
            "What each part holds",
            HOLDS_NAMES,
            "The catheter stays and holds the old drug, unless it was emptied. Only what holds no drug is primed.",
        ),
        Section("Words", ("words",)),
    )
    words = Text("Anything else", rows=3, longest=2000)


def replacement_case(known: Known, values: Values | None = None) -> ReplacementCase:
    """The pump's age, its alarms as last read, and what is arranged; `values` in place of the last plan."""
    implant, pump = known.chart.implant, known.chart.pump
    arranged = values if values is not None else _arranged(known)
    sounded = [] if pump is None else [one.since_ms for one in pump.alarms if one.alarm is Alarm.REPLACEMENT_INDICATOR]
    heard = arranged.get("sounded_ms")
    times = [*sounded, *([heard] if heard is not None else [])]
    read_end = pump is not None and pump.state is State.END_OF_SERVICE
    paid, day = _paid(known), arranged.get("surgery_day")
    return ReplacementCase(
        now_ms=known.now_ms,
        implanted_ms=implant.implanted_ms if implant else None,
        indicator_ms=pump.indicator_ms if pump else None,
        sounded_ms=min(times, default=None),
        ended=True if read_end else arranged.get("ended"),
        planned=True if arranged.get("surgeon") else None,
        authorised=arranged.get("authorised") if paid is None else paid,
        surgery_ms=day_ms(day) if day else None,
    )


def _arranged(known: Known) -> Values:
    """The last plan for the pump that is in the patient now."""
    plan = of_this_pump(known.latest("replacement.plan"), known)
    return {} if plan is None else plan.values


def _paid(known: Known) -> bool | None:
    """What stands of the payer's answer about this pump's replacement; an answer about an earlier pump's does not."""
    asked = [record for record in known.all(AUTHORISATION) if record.entry("purpose") == KEY]
    if not asked or of_this_pump(asked[-1], known) is None:
        return None
    return authorised(known, KEY, now_ms=known.now_ms)


def _judge_plan(values: Values, known: Known) -> list[Finding]:
    return beside(judge_replacement(replacement_case(known, values)), PLACES)


def _catheter_values(implant: Implant | None) -> dict[str, object]:
    """The catheter that stays, as entries. What was not written down of it when it was put in is not asked again."""
    if implant is None:
        return {}
    return {
        "catheter_total_mm": implant.catheter_total_mm,
        "catheter_trimmed_mm": implant.catheter_trimmed_mm,
        "catheter_lot": implant.catheter_lot or NOT_KNOWN,
        "tip_level": implant.tip_level,
        "tip_seen_on_x_ray": True,
    }


def _old_pg_per_nl(known: Known) -> int | None:
    """What the catheter holds: as last read of the old pump, else as it was filled."""
    pump, fill = known.chart.pump, known.chart.fill
    read = pump.concentration_pg_per_nl if pump else None
    return read if read is not None else fill.concentration_pg_per_nl if fill else None


def new_pump_case(values: Values, known: Known) -> NewPumpCase:
    """The new pump on the old catheter, as care judges it."""
    old = {**_catheter_values(known.chart.implant), "concentration_pg_per_nl": _old_pg_per_nl(known)}
    return NewPumpCase(
        operation=operation_case(values, catheter=old),
        new_concentration_pg_per_nl=values.get("concentration_pg_per_nl"),
    )


def _judge_operation(values: Values, known: Known) -> list[Finding]:
    """What the record lacks of the new pump, and what the parts ask for."""
    case = new_pump_case(values, known)
    places = {"new_concentration_pg_per_nl": "concentration_pg_per_nl"}
    parts = judge_new_pump(case)
    lacking = [found for found in judge_operation(case.operation) if found.rule not in {each.rule for each in parts}]
    return beside(lacking + parts, places)


def _old_implant(doing: Doing) -> Implant:
    """The pump whose catheter stays: the one that is in, or, in a correction, the one that came out for it."""
    mended = corrected_implant(doing)
    if mended is not None:
        return mended
    implant = doing.known.chart.implant
    if implant is None:
        raise BadInput("serial", "no pump is in", remedy="Record a first operation in step 6.")
    return implant


def _check(doing: Doing) -> None:
    """BadInput where there is no pump to replace, or none to keep."""
    require_entries(doing, NEEDED, NewPumpForm)
    _old_implant(doing)


def _catheter_fields(old: Implant) -> dict[str, object]:
    """The catheter that stays, as an implant's fields."""
    names = ("catheter_model", "catheter_lot", "catheter_total_mm", "catheter_trimmed_mm", "tip_level")
    return {name: getattr(old, name) for name in names}


def _replace(doing: Doing, room: Bedside) -> Values:
    """The old pump comes out and the new one takes its place."""
    _check(doing)
    if doing.values.get("catheter_holds") == EMPTIED:
        raise BadInput(
            "catheter_holds",
            "a rehearsal's catheter cannot be emptied in the operation",
            remedy="It still holds the old drug: write that down.",
        )
    room.implant(
        Implant(**pump_fields(doing), **_catheter_fields(_old_implant(doing))),
        filled_nl=doing.values["filled_nl"],
        concentration_pg_per_nl=doing.values["concentration_pg_per_nl"],
        tubing_primed=doing.values.get("tubing_holds") == "drug",
    )
    return {}


def _after_operation(doing: Doing, record: StepRecord) -> None:
    """The old pump is removed on record, and the new one stands in its place."""
    _check(doing)
    old = _old_implant(doing)
    catheter = _catheter_fields(old)
    if doing.corrects is None:
        old.removed_ms = doing.values.get("operated_ms") or doing.now.clinic_ms
        old.removed_why = REPLACED
        old.save(update_fields=["removed_ms", "removed_why"])
    write_implant(doing, record, catheter)


def _tells_plan(values: Values) -> str:
    day = values.get("surgery_day")
    when = show_date(day_ms(day)) if day else "day not known"
    return f"Referred to {values.get('surgeon') or NOT_KNOWN}; operation: {when}."


def _tells_operation(values: Values) -> str:
    strength = values.get("concentration_pg_per_nl")
    drug = "" if strength is None else f", filled with {show_concentration(strength)}"
    return f"New pump {values.get('serial')}{drug}; the catheter stays."


PLAN = Sheet(
    key="replacement.plan",
    title="Plan of the replacement",
    button="Record plan",
    form=PlanForm,
    judge=_judge_plan,
    tells=_tells_plan,
    roles=(Role.PRESCRIBER, Role.NURSE, Role.COORDINATOR, Role.SURGEON),
    says="From a year before the indicator or from year 5; authorised half a year before it.",
)
OPERATION = Sheet(
    key="replacement.operation",
    title="Replacement",
    button="Record replacement",
    form=NewPumpForm,
    judge=_judge_operation,
    tells=_tells_operation,
    act=_replace,
    then=_after_operation,
    roles=(Role.SURGEON, Role.PRESCRIBER),
    second_later=False,
    says="New pump, same catheter. Where the catheter is changed too: removal in step 14, then step 6.",
)


def _look(known: Known) -> Look:
    case = replacement_case(known)
    if known.chart.implant is None:
        return Look(facts=(("Pump", "none in the patient"),))
    return Look(
        cards=tuple(_cards(known, case)), facts=tuple(_facts(known, case)), findings=tuple(judge_replacement(case))
    )


def _cards(known: Known, case: ReplacementCase) -> Iterator[Card]:
    """The end of service first, then where a new pump's patient is."""
    if phase_of(case) is Phase.ENDED:
        yield Card(
            urgency="emergency",
            title="The pump has ended, or may have",
            says="Treat it as withdrawal now, and replace the pump as an emergency.",
            url=reverse("too_little"),
        )
    yield from stay_cards(known)


def _facts(known: Known, case: ReplacementCase) -> Iterator[tuple[str, str]]:
    """The dates that follow from what is known."""
    sounding = "not as last read" if known.chart.pump else NOT_KNOWN
    dates = (
        ("Put in", case.implanted_ms, NOT_KNOWN),
        ("Replacement indicator", case.indicator_ms, NOT_KNOWN),
        ("Sounding since", case.sounded_ms, sounding),
        ("To be planned from", case.plan_from_ms, "now"),
        ("To be authorised by", case.authorise_by_ms, "now"),
        ("Operation by", case.surgery_by_ms, NOT_KNOWN),
        ("Stopped at the latest", case.ends_by_ms, NOT_KNOWN),
        ("Operation booked for", case.surgery_ms, "no day"),
    )
    yield from ((name, otherwise if at_ms is None else show_date(at_ms)) for name, at_ms, otherwise in dates)
    implant = known.chart.implant
    if implant is not None:
        yield "Catheter that stays", f"{show_volume(implant.catheter_nl)}, tip at {implant.tip_level}"


def _due(known: Known) -> Iterator[WorkItem]:
    """What the rules ask of an ageing pump, the most urgent first in one row; and the operation on its day."""
    if known.chart.implant is None:
        return
    case = replacement_case(known)
    phase, found = phase_of(case), judge_replacement(case)
    asked = [each for each in found if each.urgency is not None or each.rule == "replacement.late_date"]
    if asked:
        by_ms = _by_ms(case, phase)
        urgency = URGENCIES.get(most_urgent(asked) or FindingUrgency.NEXT_VISIT, Urgency.ROUTINE)
        if urgency is Urgency.ROUTINE and by_ms <= known.now_ms:
            urgency = Urgency.URGENT
        yield _item(known, urgency, _what(phase), by_ms, f"{_indicator(known)}{asked[0].says}", PLAN)
    if case.surgery_ms is not None and phase is not Phase.ENDED:
        late = known.now_ms > case.surgery_ms
        why = f"Booked for {show_date(case.surgery_ms)}; the catheter stays."
        urgency = Urgency.URGENT if late else Urgency.ROUTINE
        yield _item(known, urgency, "Replace the pump", case.surgery_ms, why, OPERATION)


def _indicator(known: Known) -> str:
    """What the pump says of its end; nothing where it was not read."""
    pump = known.chart.pump
    if pump is None:
        return ""
    due, read = show_date(pump.indicator_ms), show_time(pump.read_ms)
    return f"Replacement indicator {due}, calculated by the pump, read {read}. "


def _what(phase: Phase) -> str:
    return {
        Phase.ENDED: "Replace the pump as an emergency",
        Phase.SOUNDED: "Book the pump's replacement",
        Phase.AUTHORISE: "Have the pump's replacement authorised",
    }.get(phase, "Plan the pump's replacement")


def _by_ms(case: ReplacementCase, phase: Phase) -> int:
    """The date that the phase asks to keep."""
    by_ms = {
        Phase.ENDED: case.ends_by_ms,
        Phase.SOUNDED: case.surgery_by_ms,
        Phase.AUTHORISE: case.authorise_by_ms,
        Phase.PLAN: case.authorise_by_ms,
    }.get(phase)
    return case.now_ms if by_ms is None else by_ms


def _item(known: Known, urgency: Urgency, what: str, by_ms: int, why: str, sheet: Sheet) -> WorkItem:
    return step_item(known.patient, KEY, urgency=urgency, what=what, by_ms=by_ms, why=why, sheet_key=sheet.name)


STEP = Step(
    number=13,
    key=KEY,
    title="Replacement",
    purpose="A new pump before the old one ends: planned, paid for and booked, and never counting on its last days.",
    sheets=(PLAN, OPERATION),
    look=_look,
    due=_due,
)
