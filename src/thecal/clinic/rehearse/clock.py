"""The rehearsal's one clock. The world moves first; then the clinic's clock and the calls, in one transaction.

What a process that dies in between leaves behind is mended by `level_clock`, at the next start or the next move.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.db import transaction
from django.urls import reverse

from thecal.clinic.actions import move_clock, record_call
from thecal.clinic.clock import Now
from thecal.clinic.hearing import Heard
from thecal.clinic.models import AlarmHeard, Answer, Call, CallUrgency, ClinicClock, Patient, Person, Role
from thecal.clinic.records import chart_of
from thecal.clinic.when import moment, show_date, show_time
from thecal.clinic.work_items import WorkItem
from thecal.clinic.worklist import items_of
from thecal.rehearsal.world import HappeningKind, Report, Sign, World
from thecal.units import DAY_MS, HOUR_MS


class Jump(Enum):
    """How far the clock is moved: the buttons of the bar."""

    HALF_HOUR = "+30 min"
    HOUR = "+1 h"
    DAY = "+1 day"
    MONTH = "+1 month"
    SOMETHING = "Until something happens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What the clinic came to know while time passed: calls, and what is new or more urgent on the worklist."""

    from_ms: int
    to_ms: int
    calls: tuple[Call, ...]
    items: tuple[WorkItem, ...]


def jump(world: World, by: Jump, *, acting: Person, now: Now) -> Passed:
    """Move everybody's time. The clinic's clock and the calls follow in one transaction."""
    level_clock(world, acting=acting, now=now)
    from_ms = world.now_ms
    before = _worklist(from_ms)
    if by is Jump.SOMETHING:
        _until_something(world, from_ms)
    else:
        world.advance_to(_later(from_ms, by))
    calls = level_clock(world, acting=acting, now=now)
    return Passed(from_ms=from_ms, to_ms=world.now_ms, calls=calls, items=_new(before, _worklist(world.now_ms)))


def level_clock(world: World, *, acting: Person | None, now: Now) -> tuple[Call, ...]:
    """Bring the clinic's clock up to the world's, with the calls that came on the way: those calls."""
    with transaction.atomic():
        clock = ClinicClock.objects.select_for_update().get()
        to_ms = world.now_ms
        if to_ms == clock.now_ms:
            return ()
        reports = [report for report in world.reports(clock.now_ms) if report.at_ms <= to_ms]
        calls = tuple(_take_call(report, now) for report in reports)
        move_clock(to_ms=to_ms, acting=acting, now=Now(clinic_ms=to_ms, wall_ms=now.wall_ms))
        return calls


def in_words(passed: Passed) -> list[str]:
    """What happened, as sentences: only what the clinic could know."""
    told = [_call_in_words(call) for call in passed.calls]
    calls = {reverse("call", args=[call.pk]) for call in passed.calls}
    told += [_item_in_words(item) for item in passed.items if item.url not in calls]
    end = f"It is {show_time(passed.to_ms)}."
    return [*told, end] if told else [f"{end} Nobody called, and nothing new is due."]


def _call_in_words(call: Call) -> str:
    return f"{show_time(call.received_ms)}: {call.caller} called about {call.patient.name}: “{call.words}”"


def _item_in_words(item: WorkItem) -> str:
    due = f"{item.what.lower()}, {item.patient.name}, by {show_date(item.by_ms)}"
    return f"On the worklist, {item.urgency.word.lower()}: {due}."


def _later(from_ms: int, by: Jump) -> int:
    match by:
        case Jump.HALF_HOUR:
            return from_ms + HOUR_MS // 2
        case Jump.HOUR:
            return from_ms + HOUR_MS
        case Jump.DAY:
            return from_ms + DAY_MS
        case _:
            return from_ms + _month_ms(from_ms)


def _month_ms(from_ms: int) -> int:
    """To the same day of the next month, or to its last day."""
    at = moment(from_ms)
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    day = min(at.day, calendar.monthrange(year, month)[1])
    return (at.replace(year=year, month=month, day=day) - at) // timedelta(milliseconds=1)


def _until_something(world: World, from_ms: int) -> None:
    """To the first call, or to the hour in which a date falls due; a month at most.

    Alarms and boluses happen in pumps, and nobody in the clinic notices: the clock goes on.
    """
    limit_ms = _next_due_ms(from_ms, from_ms + _month_ms(from_ms))
    while world.now_ms < limit_ms:
        happenings = world.advance_until_something(limit_ms)
        if any(happening.kind is HappeningKind.REPORT for happening in happenings):
            return


def _next_due_ms(from_ms: int, limit_ms: int) -> int:
    """The first whole hour from now at which the worklist has something new, from records alone; else the limit."""
    charts = [chart_of(patient, now_ms=from_ms) for patient in Patient.objects.all()]
    known = [item for chart in charts for item in items_of(chart, now_ms=from_ms)]
    for at_ms in range(from_ms + HOUR_MS, limit_ms, HOUR_MS):
        if _new(known, [item for chart in charts for item in items_of(chart, now_ms=at_ms)]):
            return at_ms
    return limit_ms


def _worklist(now_ms: int) -> list[WorkItem]:
    charts = (chart_of(patient, now_ms=now_ms) for patient in Patient.objects.order_by("name"))
    return [item for chart in charts for item in items_of(chart, now_ms=now_ms)]


def _new(before: Iterable[WorkItem], after: Iterable[WorkItem]) -> tuple[WorkItem, ...]:
    """What was not there, or was less urgent."""
    known = {_mark(item) for item in before}
    return tuple(item for item in after if _mark(item) not in known)


def _mark(item: WorkItem) -> tuple[int, str, str, str]:
    return item.patient.pk, item.what, item.urgency.name, item.url


def _take_call(report: Report, now: Now) -> Call:
    """The call as the nurse writes it down: what was not said was not asked, and is not known."""
    return record_call(
        patient=Patient.objects.get(record_number=report.patient_key),
        caller=_capital(report.by),
        words=report.words,
        heard=_heard(report),
        urgency=CallUrgency.NEXT_VISIT,
        acting=Person.objects.filter(role=Role.NURSE, is_fictional=True).earliest("pk"),
        now=Now(clinic_ms=report.at_ms, wall_ms=now.wall_ms),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _heard(report: Report) -> Heard:
    """A caller can tell a sound, not which alarm it is."""
    said = {sign: Answer.YES if sign in report.signs else Answer.UNKNOWN for sign in Sign}
    return Heard(
        alarm_heard=AlarmHeard.UNKNOWN if Sign.BEEP in report.signs else AlarmHeard.NONE,
        stiff=said[Sign.STIFF],
        itch=said[Sign.ITCH],
        sleepy=said[Sign.SLEEPY],
        breathing=Answer.UNKNOWN,
        fever=Answer.UNKNOWN,
    )
