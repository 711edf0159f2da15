"""Everything a visit's views look at, and the page they make of it."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from thecal.care.refill_visit import EndCase, RefillCase, Task, may_show_expected, not_yet_done
from thecal.clinic import refilling
from thecal.clinic.access import patients_seen_by
from thecal.clinic.actions.visits import merge_draft
from thecal.clinic.bedside import room_of
from thecal.clinic.circumstances import offers_before
from thecal.clinic.clock import Now, clinic_now
from thecal.clinic.draft import DAYS, MODES, Draft, TypedStep
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Fill, Implant, Place, PumpUpdate, ReadOut, UpdateStatus, Visit
from thecal.clinic.records import Chart, chart_of
from thecal.clinic.refilling import Protocol, Read, read_entries
from thecal.clinic.reviewing import Judged, judge
from thecal.clinic.second_person import others
from thecal.clinic.steps.trouble import INTERRUPTIONS
from thecal.clinic.visit_findings import prime_offer
from thecal.errors import ThecalError
from thecal.findings import Finding, Severity
from thecal.programmer.review.circumstances import cause_read
from thecal.pump.bolus import BridgeBolus
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.infusion import MOST_STEPS
from thecal.pump.memory import Interrogation, empty_since_ms, interrupted_since_ms, stands
from thecal.pump.states import State
from thecal.units import DAY_MS, MINUTE_MS

FRESH_MS = 10 * MINUTE_MS
"""A read-out older than this is read again before anything is reviewed on it; ten minutes are Thecal's own choice."""
PLACES_OF_TASKS = {
    Task.READ: "read",
    Task.IDENTITY: "said_born",
    Task.LABEL: "label",
    Task.LOT: "lot",
    Task.LABEL_AGAIN: "label_again",
    Task.RESIDUAL: "withdrawn",
    Task.NEEDLE: "needle_before",
    Task.DRAW_BACK: "needle_after",
    Task.FILL: "fill_volume",
    Task.TELL: "review",
    Task.RUNNING: "read",
    Task.BOOK: "next_days",
}
"""Where on the page each thing that is left is done."""
AFTER_A_FILL = (Task.READ, Task.TELL, Task.RUNNING)
"""What is left of a fill that was made at an operation."""
ENDINGS = ("next_days", "booking_why", "left_stopped")
"""The entries of the visit's end, kept as they are typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything a visit's views look at."""

    visit: Visit
    chart: Chart
    implant: Implant
    now: Now

    @property
    def read_out(self) -> ReadOut | None:
        """The read-out of this visit, if it is fresh."""
        read_out = self.chart.read_out
        if read_out is None or read_out.received_ms < self.visit.opened_ms:
            return None
        return read_out if self.now.clinic_ms - read_out.received_ms <= FRESH_MS else None

    @property
    def last_update(self) -> PumpUpdate | None:
        """The latest update of this visit."""
        return self.visit.updates.order_by("created_ms", "id").last()

    @property
    def fill(self) -> Fill | None:
        """The refill made in this visit and not yet told to the pump."""
        return self.implant.fills.filter(pk=self.visit.draft.get("fill")).first()

    @property
    def made_fill(self) -> Fill | None:
        """The last refill made in this visit, told or not."""
        return self.fill or self.implant.fills.filter(checks__visit=self.visit.pk).order_by("id").last()

    @property
    def protocol(self) -> Protocol:
        """What was typed of a refill that is not made yet."""
        return Protocol.from_json(self.visit.draft.get("refill") or {})

    @property
    def endings(self) -> dict[str, str]:
        """What was typed of the visit's end."""
        kept = self.visit.draft.get("end") or {}
        return {name: str(kept.get(name, "")) for name in ENDINGS}

    @property
    def is_blind(self) -> bool:
        """Whether the expected residual is hidden: until the withdrawn one is written down, or nothing is refilled."""
        if self.visit.closed_ms is not None or self.made_fill is not None or self.protocol.seen:
            return False
        return not may_show_expected(read_entries(self.protocol).withdrawn_nl)

    @property
    def expected_nl(self) -> int | None:
        """What the pump, read in this visit, counts now; None where it was not read. A refill outlasts ten minutes."""
        pump = self.chart.pump
        return pump.reservoir_now_nl if pump is not None and self._was_read() else None

    @property
    def beside(self) -> refilling.Bedside:
        """What the record holds beside the protocol."""
        pump = self.chart.pump
        return refilling.Bedside(
            patient=self.visit.patient,
            told_pg_per_nl=pump.concentration_pg_per_nl if pump else None,
            capacity_nl=PUMP_MODELS[self.implant.pump_model].capacity_nl,
            now_ms=self.now.clinic_ms,
        )

    @property
    def draft(self) -> Draft:
        """What was typed last; at first, what the pump runs."""
        return Draft.from_json(self.visit.draft) if "mode" in self.visit.draft else self.first_draft

    @property
    def first_draft(self) -> Draft:
        """What the pump runs, as it would be typed. The dose before an interruption is nobody's order yet."""
        read_out = self.read_out
        if read_out is None:
            return Draft()
        read = read_out.read()
        draft, fill = Draft.of_program(read.program), self.fill
        if draft.mode in {"continuous", "flex"} and (stands(read) or not offers_before(read, None)):
            mode = {State.STOPPED: "stopped", State.MINIMUM_RATE: "minimum"}.get(read.state, draft.mode)
            draft = replace(draft, mode=mode, daily_dose="", by_weekday=False, days=((),))
        if fill is not None:
            draft = replace(draft, concentration=str(fill.concentration_pg_per_nl))
        return replace(draft, bridge="bridge") if isinstance(read.bolus, BridgeBolus) else draft

    @property
    def has_new_order(self) -> bool:
        """Whether something else is typed into the order than the pump was read to run."""
        if "mode" not in self.visit.draft or self.read_out is None:
            return False
        return self.draft.order_parts() != self.first_draft.order_parts()

    @property
    def is_done(self) -> bool:
        """Whether what was ordered in this visit runs, and nothing else has been typed or filled since."""
        last = self.last_update
        return (
            last is not None and last.status == UpdateStatus.CONFIRMED and not {"mode", "fill"} & set(self.visit.draft)
        )

    def end_case(self, *, booked_ms: int | None, booking_why: str = "", left_stopped: str = "") -> EndCase:
        """How the visit would end now, as care's rules look at it."""
        made, booked = self.made_fill, self.chart.book_by
        protocol = self.protocol
        return EndCase(
            emptied=protocol.syringe_nl is not None or bool(protocol.withdrawn),
            filled=made is not None,
            told=made is not None and self.fill is None,
            running=self._is_running(made),
            left_stopped_why=left_stopped,
            booked_ms=booked_ms,
            book_by_ms=booked.at_ms if booked else None,
            booking_why=booking_why,
            place=refilling.CARE_PLACES.get(Place(made.place)) if made is not None and made.place else None,
        )

    def _is_running(self, made: Fill | None) -> bool | None:
        """What the pump said after it was told; None where it was not read since."""
        pump, last = self.chart.pump, self.last_update
        if made is None or pump is None or last is None or last.settled_ms is None or pump.read_ms < last.created_ms:
            return None
        return pump.state not in {State.STOPPED, State.END_OF_SERVICE} and not pump.motor_stalled

    def refill_case(self) -> RefillCase:
        """The refill as far as it got: what is typed now, or what was kept with the fill."""
        made = self.made_fill
        protocol = self.protocol if made is None or self.protocol.is_begun else Protocol.from_json(made.checks)
        end = self.end_case(booked_ms=days_to_ms(self.endings["next_days"], self.now.clinic_ms), **self._why())
        return refilling.case_of(protocol, self.beside, read_pump=self._was_read(), end=end)

    def _why(self) -> dict[str, str]:
        return {"booking_why": self.endings["booking_why"], "left_stopped": self.endings["left_stopped"]}

    def _was_read(self) -> bool:
        read_out = self.chart.read_out
        return read_out is not None and read_out.received_ms >= self.visit.opened_ms


def desk_of(request: AuthenticatedRequest, visit_id: int) -> Desk:
    """The visit, if it exists for this person."""
    visits = Visit.objects.filter(patient__in=patients_seen_by(request.user)).select_related("patient")
    visit, now = get_object_or_404(visits, pk=visit_id), clinic_now()
    chart = chart_of(visit.patient, now_ms=now.clinic_ms)
    return Desk(visit=visit, chart=chart, implant=get_object_or_404(visit.patient.implants, removed_ms=None), now=now)


def days_to_ms(text: str, now_ms: int) -> int | None:
    """When so many days have passed; None where the text is no number of 1 to 366 days."""
    bare = text.strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 3 and 0 < int(bare) <= 366):
        return None
    return now_ms + int(bare) * DAY_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing that is left to do, and where on the page."""

    what: str
    place: str


def todos_of(desk: Desk) -> list[Todo]:
    """What is not yet done, in the order of the visit; of a refill only once one was begun."""
    if desk.visit.closed_ms is not None:
        return []
    made = desk.made_fill
    if made is not None or desk.protocol.is_begun:
        left = not_yet_done(desk.refill_case())
        if made is not None and "visit" not in made.checks and not desk.protocol.is_begun:
            left = tuple(task for task in left if task in AFTER_A_FILL)
    else:
        left = () if desk.read_out is not None else (Task.READ,)
    todos = [Todo(what=task.value, place=PLACES_OF_TASKS[task]) for task in left]
    if desk.chart.unsettled is not None:
        todos.insert(0, Todo(what="Settle the unconfirmed update: interrogate", place="read"))
    if desk.fill is None and desk.has_new_order:
        todos.append(Todo(what="Send the drafted program, or leave it", place="review"))
    return todos


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What stands beside one entry: kept, wrong, or what it asks for."""

    name: str
    css: str
    says: str


def said_of(desk: Desk, protocol: Protocol, read: Read) -> dict[str, Said]:
    """The line beside each entry. Only what was typed is answered."""
    asked: dict[str, Finding] = {}
    for finding in refilling.findings_of(desk.refill_case()):
        if finding.severity >= Severity.TWO_PEOPLE:
            asked.setdefault(finding.field, finding)
    return {
        name: _said(name, getattr(protocol, name), read, asked.get(name)) for name in refilling.TYPED if name != "seen"
    }


def _said(name: str, text: str, read: Read, finding: Finding | None) -> Said:
    if name in read.wrong:
        wrong = read.wrong[name]
        return Said(name=name, css="error", says=f"{wrong.says.removeprefix(f'{name}: ')}. {wrong.remedy}")
    if finding is not None and text:
        return Said(name=name, css="error", says=f"{finding.says} {finding.remedy}")
    return Said(name=name, css="kept", says="kept") if text else Said(name=name, css="", says="")


def say(request: AuthenticatedRequest, desk: Desk, wrong: ThecalError) -> HttpResponse:
    """Back to the visit, with one sentence."""
    messages.error(request, str(wrong))
    return redirect("visit", desk.visit.pk)


def keep_order(request: AuthenticatedRequest, desk: Desk, draft: Draft) -> None:
    """Keep what is typed into the order."""
    merge_draft(visit=desk.visit, parts=draft.to_json(), acting=request.user, now=desk.now)


def carry(request: AuthenticatedRequest, desk: Desk) -> None:
    """Keep what was typed into the order while another button of the page was pressed."""
    if "concentration" in request.POST and desk.visit.closed_ms is None:
        keep_order(request, desk, Draft.read(request.POST.dict()))


def refill_context(desk: Desk) -> dict[str, Any]:
    """What the protocol, and what is left to do, are drawn from."""
    protocol = desk.protocol
    read, read_out = read_entries(protocol), desk.read_out
    blind = desk.is_blind
    return {
        "visit": desk.visit,
        "protocol": protocol,
        "said": said_of(desk, protocol, read),
        "label_read": read.first is not None,
        "label": read.first if read.first == read.second else None,
        "blind": blind,
        "withdrawn_nl": read.withdrawn_nl,
        "expected_nl": None if blind else desk.expected_nl,
        "read_out": read_out,
        "room": room_of(desk.visit.patient) is not None,
        "todos": todos_of(desk),
        "places": Place.choices,
        "needle_before": refilling.NEEDLE_BEFORE.items(),
        "needle_after": refilling.NEEDLE_AFTER.items(),
        "endings": desk.endings,
    }


def render_visit(
    request: AuthenticatedRequest,
    desk: Desk,
    draft: Draft,
    *,
    template: str = "visit/page.html",
    error: ThecalError | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or its review alone."""
    read_out, fill = desk.read_out, desk.fill
    judged: Judged | None = None
    if read_out is not None and desk.visit.closed_ms is None and desk.chart.unsettled is None:
        judged = judge(desk.visit, desk.implant, read_out.read(), draft, now_ms=desk.now.clinic_ms, acting=request.user)
    page = refill_context(desk) | {
        "patient": desk.visit.patient,
        "chart": desk.chart,
        "implant": desk.implant,
        "read": read_out.read() if read_out is not None else None,
        "draft": draft,
        "day_rows": _day_rows(draft),
        "judged": judged,
        "fill": fill,
        "made_fill": desk.made_fill,
        "stopped": desk.chart.pump is not None and desk.chart.pump.state is State.STOPPED,
        "last_update": desk.last_update,
        "done": desk.is_done,
        "prime": prime_offer(desk.implant, read_out.read(), _label_of(desk)) if read_out is not None else None,
        "interrupted": read_out is not None and interrupted_since_ms(read_out.read()) is not None,
        "cause": _cause_of(draft, read_out.read()) if read_out is not None else "",
        "empty": _empty_of(read_out.read()) if read_out is not None and fill is None else None,
        "interruptions": [(key, words) for key, (_, words) in INTERRUPTIONS.items()],
        "modes": MODES.items(),
        "others": others(request.user),
        "error": error,
        "now_ms": desk.now.clinic_ms,
    }
    return render(request, template, page, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """A reservoir that ran empty at `since_ms`: filled, the pump goes on at once as it is programmed."""

    since_ms: int
    for_ms: int
    is_short: bool


def _empty_of(read: Interrogation) -> Empty | None:
    since_ms = empty_since_ms(read)
    if since_ms is None:
        return None
    return Empty(since_ms=since_ms, for_ms=read.at_ms - since_ms, is_short=offers_before(read, None))


def _cause_of(draft: Draft, read: Interrogation) -> str:
    """Why delivery was interrupted, as an entry: as chosen, else as the read-out itself tells."""
    told = cause_read(read)
    return draft.interruption or next((key for key, (cause, _) in INTERRUPTIONS.items() if cause is told), "")


def _label_of(desk: Desk) -> int | None:
    """The concentration that is, or was last told to be, in the reservoir."""
    return desk.fill.concentration_pg_per_nl if desk.fill is not None else desk.beside.told_pg_per_nl


def _day_rows(draft: Draft) -> list[tuple[int, str, list[tuple[int, TypedStep]]]]:
    """(day, its name, all thirteen rows, and one too many if it was typed); empty rows wait to be typed in."""
    empty = TypedStep(start="", rate="")
    names = DAYS if draft.by_weekday else ("Every day",)
    days = [*draft.days, *(((),) * (len(names) - len(draft.days)))]
    return [
        (day, name, [(row, rows[row] if row < len(rows) else empty) for row in range(max(MOST_STEPS, len(rows)))])
        for day, (name, rows) in enumerate(zip(names, days, strict=True))
    ]
