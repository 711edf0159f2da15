"""Everything a visit's views look at."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from thecal.care.refill_visit import EndCase, RefillCase, may_show_expected
from thecal.clinic import refilling
from thecal.clinic.access import patients_seen_by
from thecal.clinic.actions.visits import merge_draft
from thecal.clinic.circumstances import offers_before
from thecal.clinic.clock import Now, clinic_now
from thecal.clinic.draft import Draft
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Fill, Implant, Place, PumpUpdate, ReadOut, UpdateStatus, Visit
from thecal.clinic.records import Chart, chart_of
from thecal.clinic.refilling import Protocol, read_entries
from thecal.errors import ThecalError
from thecal.pump.bolus import BridgeBolus
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.memory import empty_since_ms, stands
from thecal.pump.reservoir import SILENT
from thecal.pump.states import State
from thecal.units import DAY_MS, MINUTE_MS

LEFT_AS = {State.STOPPED: "stopped", State.HELD: "stopped", State.MINIMUM_RATE: "minimum"}
"""What a pump that gives no dose does, as it would be typed."""
FRESH_MS = 10 * MINUTE_MS
"""A read-out older than this is read again before anything is reviewed on it; ten minutes are Thecal's own choice."""
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
            mode = LEFT_AS.get(read.state, draft.mode)
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
    def is_stopped(self) -> bool:
        """Whether the pump was last read as stopped, or held by a field."""
        return self.chart.pump is not None and self.chart.pump.state in {State.STOPPED, State.HELD}

    @property
    def is_empty(self) -> bool:
        """Whether the pump was last read to count its reservoir empty, and no fill of this visit waits to be told."""
        read_out = self.chart.read_out
        return read_out is not None and self.fill is None and empty_since_ms(read_out.read()) is not None

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
        return pump.state not in SILENT and not pump.motor_stalled

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
