"""The hospital days of step 6: checks after the start, training, and the way home."""

from collections.abc import Iterator

from django.urls import reverse

from thecal.care.hospital import (
    FULL_EFFECT,
    OBSERVE_START,
    TOO_LITTLE_SIGNS,
    TOO_MUCH_SIGNS,
    DayCheckCase,
    DischargeCase,
    judge_day_check,
    judge_discharge,
)
from thecal.clinic.models import Role, StepRecord
from thecal.clinic.steps.fields import day_ms
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Sheet, Values
from thecal.clinic.steps.operating import beside, came_after, of_this_pump, operation_of, started_ms
from thecal.clinic.steps.surgery_forms import TRAINED, DayCheckForm, DischargeForm, TrainingForm
from thecal.clinic.when import show_date, show_time
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.findings import Finding
from thecal.units import DAY_MS, show_duration

KEY = "surgery"
SIGNS = TOO_MUCH_SIGNS + TOO_LITTLE_SIGNS
PLACES = {"since_start_ms": "start_ms", "refill_date_given": "refill_day", "oral_plan_written": "oral_plan"}


def _judge_check(values: Values, known: Known) -> list[Finding]:
    del known
    return judge_day_check(DayCheckCase(**{name: values.get(name) for name, _, _ in SIGNS}))


def _tells_check(values: Values) -> str:
    seen = [words for name, words, _ in SIGNS if values.get(name)]
    unseen = [words for name, words, _ in SIGNS if values.get(name) is None]
    told = f"Seen: {', '.join(seen)}" if seen else "No sign of too much or too little seen"
    return f"{told}; not looked at: {', '.join(unseen)}." if unseen else f"{told}."


def _tells_training(values: Values) -> str:
    done = [name for name in TRAINED if values.get(name)]
    return f"{len(done)} of {len(TRAINED)} trained, with {values.get('trainee') or 'somebody who is not named'}."


def trained(known: Known) -> bool | None:
    """Whether all of the training is done since this implant; None where nobody wrote of it."""
    records = [record for record in known.all("surgery.training") if of_this_pump(record, known)]
    if not records:
        return None
    return all(any(record.entry(name) for record in records) for name in TRAINED)


def discharge_case(values: Values, known: Known) -> DischargeCase:
    """What is in hand, as care judges it. A confirmed program's time goes before one that was typed."""
    start_ms = started_ms(known.chart.implant) or values.get("start_ms")
    return DischargeCase(
        since_start_ms=None if start_ms is None else known.now_ms - start_ms,
        card_given=values.get("card_given"),
        numbers_given=values.get("numbers_given"),
        refill_date_given=True if values.get("refill_day") else None,
        oral_plan_written=True if values.get("oral_plan") else None,
        tablets_at_home=values.get("tablets_at_home"),
        wound_checks_booked=values.get("wound_checks_booked"),
        trained=trained(known),
        against_advice=values.get("against_advice"),
    )


def _judge_discharge(values: Values, known: Known) -> list[Finding]:
    return beside(judge_discharge(discharge_case(values, known)), PLACES)


def _tells_discharge(values: Values) -> str:
    refill = values.get("refill_day")
    when = f"first refill by {show_date(day_ms(refill))}" if refill else "first refill: not known"
    return f"Home, {when}{', against advice' if values.get('against_advice') else ''}."


DAY_CHECK = Sheet(
    key="surgery.day_check",
    title="Check in hospital",
    button="Record check",
    form=DayCheckForm,
    judge=_judge_check,
    tells=_tells_check,
    says="Wakefulness and breathing first. What nobody looked at is left at not known.",
)
TRAINING = Sheet(
    key="surgery.training",
    title="Training in hospital",
    button="Record training",
    form=TrainingForm,
    tells=_tells_training,
    roles=(Role.THERAPIST, Role.NURSE, Role.PRESCRIBER),
    says="With the muscles as they are now: weaker than before.",
)
DISCHARGE = Sheet(
    key="surgery.discharge",
    title="Discharge from hospital",
    button="Record discharge",
    form=DischargeForm,
    judge=_judge_discharge,
    tells=_tells_discharge,
    roles=(Role.PRESCRIBER, Role.NURSE),
    second_later=False,
    says="Nobody goes home in the first 8 hours, or without card, numbers and the date of the first refill.",
)


def stay_of(known: Known) -> StepRecord | None:
    """The operation after which the patient is still in hospital; None where there is none, or the stay is over."""
    operation = operation_of(known.chart.implant, known)
    home = known.latest(DISCHARGE.key)
    if operation is None or (home is not None and came_after(home, operation)):
        return None
    return operation


def stay_cards(known: Known) -> Iterator[Card]:
    """Where the patient is on the way from the operation to home."""
    if stay_of(known) is None:
        return
    start_ms = started_ms(known.chart.implant)
    if start_ms is None:
        yield Card(
            urgency="urgent",
            title="The pump is not programmed",
            says="Nothing is delivered. Open a visit from the patient's page, read the pump and program it.",
            url=reverse("patient", args=[known.patient.pk]),
        )
        return
    watch_ms = start_ms + OBSERVE_START.whole()
    watching = known.now_ms < watch_ms
    yield Card(
        urgency="urgent" if watching else "routine",
        title="Watch the start" if watching else "Started and watched",
        says=(
            f"Started {show_time(start_ms)}. Watched until {show_time(watch_ms)} at least; the full effect may come "
            f"until {show_time(start_ms + FULL_EFFECT.whole())}."
        ),
    )


def stay_due(known: Known) -> Iterator[WorkItem]:
    """The first program, the watch, a look every day, and the way home."""
    operation = stay_of(known)
    if operation is None:
        return
    start_ms = started_ms(known.chart.implant)
    if start_ms is None:
        yield _item(known, Urgency.URGENT, "Program the pump", operation.made_ms, "It is in, and delivers nothing yet.")
        return
    looked_ms = max(
        (record.made_ms for record in known.all(DAY_CHECK.key) if record.made_ms >= start_ms), default=start_ms
    )
    watch_ms = start_ms + OBSERVE_START.whole()
    if known.now_ms < watch_ms:
        says = f"Started {show_duration(known.now_ms - start_ms)} ago: a watched bed until {show_time(watch_ms)}."
        yield _item(known, Urgency.URGENT, "Watch the start of the pump", watch_ms, says, sheet_key=DAY_CHECK.name)
        return
    says = f"In hospital; last looked at {show_time(looked_ms)}."
    late = known.now_ms - looked_ms >= DAY_MS
    urgency = Urgency.URGENT if late else Urgency.ROUTINE
    yield _item(known, urgency, "Look at the patient in hospital", looked_ms + DAY_MS, says, sheet_key=DAY_CHECK.name)
    home_ms = max(known.now_ms, start_ms + FULL_EFFECT.whole())
    why = "Card, numbers, refill date, oral drugs and wound checks go home with the patient."
    yield _item(known, Urgency.ROUTINE, "Prepare the discharge", home_ms, why, sheet_key=DISCHARGE.name)


def _item(known: Known, urgency: Urgency, what: str, by_ms: int, why: str, *, sheet_key: str = "") -> WorkItem:
    return step_item(known.patient, KEY, urgency=urgency, what=what, by_ms=by_ms, why=why, sheet_key=sheet_key)
