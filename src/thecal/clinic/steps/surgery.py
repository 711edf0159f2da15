"""Step 6: consent, booking, the operation, the start under watch, and the way home."""

from collections.abc import Iterator
from dataclasses import replace

from thecal.care.consent import ConsentCase, SaidBy, is_complete, judge_consent
from thecal.care.operation import judge_operation, judge_parts, prime_of
from thecal.care.responder import judge_implant
from thecal.care.starting import starting_dose_pg_per_day, why_this_factor
from thecal.care.surgery import BookingCase, judge_booking
from thecal.clinic.bedside import Bedside, room_of
from thecal.clinic.models import Flag, Implant, Role, Stage, StepRecord
from thecal.clinic.steps.coverage import AUTHORISATION, authorised
from thecal.clinic.steps.fields import NOT_KNOWN, day_ms
from thecal.clinic.steps.hospital import DAY_CHECK, DISCHARGE, KEY, TRAINING, stay_cards, stay_due, stay_of
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Doing, Look, Sheet, Step, Values
from thecal.clinic.steps.operating import (
    NEEDED,
    case_of,
    operation_case,
    pump_fields,
    require_entries,
    since_removal,
    write_implant,
)
from thecal.clinic.steps.screened import effective, implant_case
from thecal.clinic.steps.surgery_forms import BookingForm, ConsentForm, OperationForm
from thecal.clinic.when import show_date
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.errors import BadInput
from thecal.findings import Finding, Severity
from thecal.units import DAY_MS, decimal_text, show_dose, show_mass, show_volume

OPERATING = (Role.SURGEON, Role.PRESCRIBER)
CATHETER_NEEDED = ("catheter_total_mm", "catheter_trimmed_mm", "tip_level")
MM_PER_CM = 10
SAID_BY = {"patient": SaidBy.PATIENT, "carer": SaidBy.CARER}


def consent_case(values: Values, known: Known) -> ConsentCase:
    """A consent as care judges it. Who is flagged cannot say what they feel, whatever is answered here."""
    flagged = Flag.CANNOT_REPORT in known.patient.flags
    return ConsentCase(
        said_alarms=values.get("said_alarms"),
        said_too_little=values.get("said_too_little"),
        said_too_much=values.get("said_too_much"),
        said_refills=values.get("said_refills"),
        driver=values.get("driver"),
        said_by=SAID_BY.get(values.get("said_by") or ""),
        can_report=False if flagged else values.get("can_report"),
    )


def _judge_consent(values: Values, known: Known) -> list[Finding]:
    return judge_consent(consent_case(values, known))


def consented(known: Known) -> bool | None:
    """Whether a complete consent is on record; None where there is none. A pump taken out took its consent along."""
    record = since_removal(known.latest(CONSENT.key), known)
    return None if record is None else is_complete(consent_case(record.values, known))


def booking_of(known: Known) -> StepRecord | None:
    """The booking that stands for the next implant."""
    return since_removal(known.latest(BOOKING.key), known)


def booking_case(values: Values, known: Known) -> BookingCase:
    """A booking as care judges it: test, consent and authorisation from their own records."""
    paid = _paid(known)
    return BookingCase(
        screening=implant_case(known),
        consented=consented(known),
        infection=values.get("infection"),
        rehabilitation_provider=values.get("rehabilitation_provider"),
        authorised=values.get("authorised") if paid is None else paid,
        anaesthesia_judged=values.get("anaesthesia_judged"),
        surgical_risk_judged=values.get("surgical_risk_judged"),
        breathing_risk=True if Flag.BREATHING_RISK in known.patient.flags else values.get("breathing_risk"),
        bleeding_risk=values.get("bleeding_risk"),
        bleeding_planned=values.get("bleeding_planned"),
        epilepsy=values.get("epilepsy"),
        feeding_tube=values.get("feeding_tube"),
        pump_size_agreed=values.get("pump_size_agreed"),
        tip_level_agreed=values.get("tip_level_agreed"),
        first_dose_agreed=values.get("first_dose_agreed"),
        monitored_bed=values.get("monitored_bed"),
    )


def _paid(known: Known) -> bool | None:
    """What stands of the payer's answer about this implant; an answer about an earlier one does not."""
    asked = [record for record in known.all(AUTHORISATION) if record.entry("purpose") == "implant"]
    if not asked or since_removal(asked[-1], known) is None:
        return None
    return authorised(known, "implant", now_ms=known.now_ms)


def _judge_booking(values: Values, known: Known) -> list[Finding]:
    return judge_booking(booking_case(values, known))


def _after_booking(doing: Doing, record: StepRecord) -> None:
    """The patient waits for the implant."""
    del record
    if doing.known.chart.implant is None:
        doing.patient.stage = Stage.BEFORE_IMPLANT
        doing.patient.save(update_fields=["stage"])


def _judge_operation(values: Values, known: Known) -> list[Finding]:
    """What the record lacks; and where the room would implant now, what the screening test says of it.

    A record of what others have done elsewhere, or a correction, is never refused.
    """
    done = known.corrects is not None
    booked = booking_of(known) is not None or done or None
    against = [] if done else judge_implant(implant_case(known))
    if room_of(known.patient) is None:
        against = [replace(found, severity=min(found.severity, Severity.TWO_PEOPLE)) for found in against]
    return against + judge_operation(operation_case(values, booked=booked))


def _check(doing: Doing) -> None:
    """BadInput where there is no implant to keep, or a pump is in already."""
    require_entries(doing, (*NEEDED, *CATHETER_NEEDED), OperationForm)
    if doing.corrects is None and doing.known.chart.implant is not None:
        raise BadInput("serial", "a pump is in already", remedy="Record a replacement in step 13, or a removal in 14.")
    if doing.values["catheter_trimmed_mm"] >= doing.values["catheter_total_mm"]:
        raise BadInput("catheter_trimmed_mm", "nothing would be left", remedy="Compare both lengths with the package.")


def _catheter_fields(doing: Doing) -> dict[str, object]:
    values = doing.values
    return {
        "catheter_model": values.get("catheter_model") or "",
        "catheter_lot": values.get("catheter_lot") or "",
        "catheter_total_mm": values["catheter_total_mm"],
        "catheter_trimmed_mm": values["catheter_trimmed_mm"],
        "tip_level": values["tip_level"],
    }


def _implant(doing: Doing, room: Bedside) -> Values:
    """The pump and its catheter go in."""
    _check(doing)
    room.implant(
        Implant(**pump_fields(doing), **_catheter_fields(doing)),
        filled_nl=doing.values["filled_nl"],
        concentration_pg_per_nl=doing.values["concentration_pg_per_nl"],
        tubing_primed=doing.values.get("tubing_holds") == "drug",
    )
    return {}


def _after_operation(doing: Doing, record: StepRecord) -> None:
    """The implant is on record, with its fill; the patient is titrated from here."""
    _check(doing)
    write_implant(doing, record, _catheter_fields(doing))
    if doing.corrects is None:
        doing.patient.stage = Stage.TITRATING
        doing.patient.save(update_fields=["stage"])


def _tells_consent(values: Values) -> str:
    who = values.get("said_name") or {"patient": "the patient", "carer": "a carer"}.get(values.get("said_by") or "", "")
    return f"Said back by {who or 'somebody who is not named'}; to refills with {values.get('driver') or NOT_KNOWN}."


def _tells_booking(values: Values) -> str:
    day = values.get("surgery_day")
    when = show_date(day_ms(day)) if day else "day not known"
    return f"Operation: {when}. Rehabilitation: {values.get('rehabilitation_provider') or NOT_KNOWN}."


def _tells_operation(values: Values) -> str:
    holds = {"drug": "drug", "no_drug": "no drug"}
    parts = [f"{part} {holds.get(values.get(f'{part}_holds') or '', NOT_KNOWN)}" for part in ("tubing", "catheter")]
    return f"{values.get('pump_model')} {values.get('serial')}, tip at {values.get('tip_level')}; {', '.join(parts)}."


CONSENT = Sheet(
    key="surgery.consent",
    title="Consent",
    button="Sign consent",
    form=ConsentForm,
    judge=_judge_consent,
    tells=_tells_consent,
    roles=(Role.SURGEON, Role.PRESCRIBER, Role.NURSE),
    says="It cannot be signed before each item has been said back.",
)
BOOKING = Sheet(
    key="surgery.booking",
    title="Booking of the operation",
    button="Book operation",
    form=BookingForm,
    judge=_judge_booking,
    tells=_tells_booking,
    then=_after_booking,
    roles=(Role.SURGEON, Role.PRESCRIBER, Role.NURSE, Role.COORDINATOR),
    says="Booking can wait; so what must stand first is asked here.",
)
OPERATION = Sheet(
    key="surgery.operation",
    title="Operation",
    button="Record operation",
    form=OperationForm,
    judge=_judge_operation,
    tells=_tells_operation,
    roles=OPERATING,
    act=_implant,
    then=_after_operation,
    second_later=False,
    says="In a rehearsal, recording it puts the pump in. Nothing runs before it is programmed in a visit.",
)


def _look(known: Known) -> Look:
    return Look(
        cards=tuple(stay_cards(known)),
        facts=(*_facts_before(known), *_facts_implant(known)),
        findings=tuple(_findings(known)),
    )


def _facts_before(known: Known) -> Iterator[tuple[str, str]]:
    """What the operation rests on."""
    screening = effective(known)
    if screening is not None:
        yield "Screening dose that worked", show_mass(screening.effective_pg)
        yield (
            "First daily dose by the label",
            f"{show_dose(starting_dose_pg_per_day(screening))}. {why_this_factor(screening)}",
        )
    if known.chart.implant is None:
        yield "Consent", {True: "complete", False: "not complete", None: "none on record"}[consented(known)]
        booking = booking_of(known)
        yield "Booked", "no" if booking is None else _tells_booking(booking.values)


def _facts_implant(known: Known) -> Iterator[tuple[str, str]]:
    """What is implanted, and what a prime of its empty parts would be."""
    implant = known.chart.implant
    if implant is None:
        return
    yield "Pump", f"{implant.pump_model}, serial {implant.serial}, lot {implant.pump_lot or NOT_KNOWN}"
    length = decimal_text(implant.catheter_implanted_mm, MM_PER_CM)
    yield "Catheter", f"{length} cm, {show_volume(implant.catheter_nl)}, tip at {implant.tip_level}"
    holds = f"tubing: {implant.get_tubing_holds_display()}; catheter: {implant.get_catheter_holds_display()}"
    yield "What the parts hold", holds
    planned = prime_of(case_of(implant, _concentration(known)))
    yield (
        "Empty parts",
        "none to prime, or not known" if planned is None else f"{show_volume(planned.volume_nl)} to prime",
    )


def _concentration(known: Known) -> int | None:
    """Of the drug in the pump: as last read, else as filled."""
    pump, fill = known.chart.pump, known.chart.fill
    read = pump.concentration_pg_per_nl if pump else None
    return read if read is not None else fill.concentration_pg_per_nl if fill else None


def _findings(known: Known) -> list[Finding]:
    """What the parts ask for, as long as the patient is in hospital."""
    implant = known.chart.implant
    if implant is None or stay_of(known) is None:
        return []
    return judge_parts(case_of(implant, _concentration(known)))


def _due(known: Known) -> Iterator[WorkItem]:
    if known.chart.implant is not None:
        yield from stay_due(known)
    elif known.patient.stage == Stage.BEFORE_IMPLANT:
        yield from _before(known)


def _before(known: Known) -> Iterator[WorkItem]:
    """Consent, then booking, then the day."""
    booking = booking_of(known)
    if consented(known) is not True:
        yield _item(known, "Take the consent", known.now_ms, "Each item is said back before it is signed.", CONSENT)
    elif booking is None:
        yield _item(known, "Book the implant", known.now_ms, "The consent is signed.", BOOKING)
    elif booking.entry("surgery_day") is None:
        yield _item(known, "Give the implant a day", known.now_ms, "It is booked without a day.", BOOKING)
    else:
        by_ms = day_ms(str(booking.entry("surgery_day")))
        yield _item(known, "Implant the pump", by_ms, _tells_booking(booking.values), OPERATION)


def _item(known: Known, what: str, by_ms: int, why: str, sheet: Sheet) -> WorkItem:
    urgency = Urgency.URGENT if by_ms + DAY_MS <= known.now_ms else Urgency.ROUTINE
    return step_item(known.patient, KEY, urgency=urgency, what=what, by_ms=by_ms, why=why, sheet_key=sheet.name)


STEP = Step(
    number=6,
    key=KEY,
    title="Surgery and hospital stay",
    purpose="From consent to going home: a pump that is put in knowingly, started under watch, and understood.",
    sheets=(CONSENT, BOOKING, OPERATION, DAY_CHECK, TRAINING, DISCHARGE),
    look=_look,
    due=_due,
)
