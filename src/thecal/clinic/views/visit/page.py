"""What a visit's page is drawn from: what is not yet done, the line beside each entry, the review."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from thecal.care.refill_visit import Task, not_yet_done
from thecal.clinic import refilling
from thecal.clinic.bedside import room_of
from thecal.clinic.circumstances import offers_before
from thecal.clinic.draft import DAYS, MODES, Draft, TypedStep
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Place
from thecal.clinic.refilling import Protocol, Read, read_entries
from thecal.clinic.reviewing import Judged, judge
from thecal.clinic.second_person import others
from thecal.clinic.steps.trouble_forms import INTERRUPTIONS
from thecal.clinic.views.visit.desk import Desk
from thecal.clinic.visit_findings import prime_offer
from thecal.errors import ThecalError
from thecal.findings import Finding, Severity
from thecal.programmer.review.circumstances import cause_read
from thecal.pump.infusion import MOST_STEPS
from thecal.pump.memory import Interrogation, empty_since_ms, interrupted_since_ms

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
        "stopped": desk.is_stopped,
        "left_empty": desk.is_empty,
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
