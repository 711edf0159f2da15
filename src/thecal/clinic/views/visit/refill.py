"""The refill: entries kept one by one, the reservoir emptied, the reservoir filled."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from thecal.clinic import refilling
from thecal.clinic.access import at_the_pump
from thecal.clinic.actions import exchange
from thecal.clinic.actions.read_outs import Checked
from thecal.clinic.actions.visits import merge_draft
from thecal.clinic.bedside import bedside_of, room_of
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Fill, Place
from thecal.clinic.refilling import Read, posted_entries, read_entries
from thecal.clinic.views.visit.desk import ENDINGS, Desk, carry, desk_of, say
from thecal.clinic.views.visit.page import refill_context, render_visit
from thecal.errors import BadInput, OurFault, ThecalError
from thecal.findings import Severity

LONGEST_WORDS = 400


@at_the_pump
@require_POST
def entry(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Keep what is typed into the protocol, or at the end of the visit, at once."""
    desk = desk_of(request, visit_id)
    try:
        differ = _keep_entries(request, desk)
        carry(request, desk)
    except OurFault as closed:
        return say(request, desk, closed)
    if request.headers.get("HX-Request"):
        context = refill_context(desk)
        changed = differ is not None or (context["label_read"] and {"label", "label_again"} & set(request.POST))
        return render(request, "visit/_kept.html", context | {"differ": differ, "label_changed": changed})
    if differ is not None:
        return render_visit(request, desk, desk.draft, error=differ, status=422)
    return redirect(f"{reverse('visit', args=[desk.visit.pk])}#refill")


@at_the_pump
@require_POST
def withdraw(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Empty the reservoir in the rehearsal's room: the syringe then shows what it drew."""
    desk = desk_of(request, visit_id)
    carry(request, desk)
    try:
        _keep_entries(request, desk)
        bedside = bedside_of(desk.visit.patient)
        exchange.withdraw(visit=desk.visit, implant=desk.implant, bedside=bedside, acting=request.user, now=desk.now)
    except ThecalError as wrong:
        return say(request, desk, wrong)
    return redirect(f"{reverse('visit', args=[desk.visit.pk])}#withdrawn")


@at_the_pump
@require_POST
def refill(request: AuthenticatedRequest, visit_id: int) -> HttpResponse:
    """Fill the reservoir with what the protocol says; the pump is told of it by the next update."""
    desk = desk_of(request, visit_id)
    carry(request, desk)
    try:
        differ = _keep_entries(request, desk)
        if differ is not None:
            raise differ
        made = _filled(request, desk)
    except BadInput as wrong:
        return render_visit(request, desk, desk.draft, error=wrong, status=422)
    except ThecalError as wrong:
        return say(request, desk, wrong)
    if "mode" in desk.visit.draft:
        parts = {"concentration": str(made.concentration_pg_per_nl)}
        merge_draft(visit=desk.visit, parts=parts, acting=request.user, now=desk.now)
    return redirect("visit", desk.visit.pk)


def _keep_entries(request: AuthenticatedRequest, desk: Desk) -> BadInput | None:
    """What was posted, kept; two readings of the label that differ are thrown away, and that is the answer."""
    posted = request.POST.dict()
    entries = posted_entries(posted)
    if posted.get("anew"):
        entries |= {"label": "", "label_again": ""}
    endings = {name: posted[name].strip()[:LONGEST_WORDS] for name in ENDINGS if name in posted}
    parts = {"refill": entries, "end": endings}
    parts = {name: part for name, part in parts.items() if part}
    if parts:
        merge_draft(visit=desk.visit, parts=parts, acting=request.user, now=desk.now)
    if not refilling.readings_differ(desk.protocol):
        return None
    thrown = {"refill": {"label": "", "label_again": ""}}
    merge_draft(visit=desk.visit, parts=thrown, acting=request.user, now=desk.now)
    return BadInput(
        "label", "the two readings differ, and both were thrown away", remedy="Read the label again, both times."
    )


def _filled(request: AuthenticatedRequest, desk: Desk) -> Fill:
    """The refill done, if nothing blocks it. The same form sent twice fills once.

    A pump that cannot be read is filled all the same: what was expected in it is then not known.
    """
    read, already = read_entries(desk.protocol), desk.fill
    volume_nl, concentration = _what_goes_in(desk, read)
    if already is not None and (already.volume_nl, already.concentration_pg_per_nl) == (volume_nl, concentration):
        merge_draft(visit=desk.visit, parts={"refill": None}, acting=request.user, now=desk.now)
        return already
    room = room_of(desk.visit.patient)
    return exchange.refill(
        visit=desk.visit,
        implant=desk.implant,
        bedside=room,
        volume_nl=volume_nl,
        concentration_pg_per_nl=concentration,
        expected_nl=already.volume_nl if already is not None else desk.expected_nl,
        withdrawn_nl=read.withdrawn_nl,
        checked=_checked(desk, read),
        acting=request.user,
        now=desk.now,
    )


def _what_goes_in(desk: Desk, read: Read) -> tuple[int, int]:
    """(volume in nL, concentration on the label), where every entry can be read and nothing blocks."""
    for wrong in read.wrong.values():
        raise wrong
    if read.first is None:
        raise BadInput("label", "is not read", remedy="Type drug and concentration as printed: baclofen 500 mcg/mL.")
    if read.fill_nl is None:
        raise BadInput("fill_volume", "is empty", remedy="Write what goes in.")
    for finding in refilling.findings_of(desk.refill_case()):
        if finding.severity is Severity.BLOCK:
            raise BadInput(finding.field, finding.says, remedy=finding.remedy)
    return read.fill_nl, read.first.concentration_pg_per_nl


def _checked(desk: Desk, read: Read) -> Checked:
    """The protocol as it stands with the fill, and the visit it belongs to."""
    protocol = desk.protocol
    return Checked(
        lot=protocol.lot,
        expires=read.expires,
        place=protocol.place if protocol.place in Place.values else "",
        entries={**protocol.to_json(), "visit": desk.visit.pk},
    )
