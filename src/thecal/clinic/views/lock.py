"""Locking the screen, and coming back."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thecal.clinic import lock as screen
from thecal.clinic.access import for_staff
from thecal.clinic.audit import append_row
from thecal.clinic.clock import clinic_now
from thecal.clinic.http import AuthenticatedRequest
from thecal.errors import BadInput, OurFault


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: AuthenticatedRequest) -> HttpResponse:
    """Lock the screen, or the page that a locked screen shows."""
    if request.method == "POST":
        screen.lock(request, back=request.POST.get("back", ""))
        for address, fields in screen.read_unsent(request.POST.getlist("unsent")):
            screen.keep_unsent(request, address=address, fields=fields)
        _note(request, "lock screen")
        return redirect("lock")
    if not screen.is_locked(request):
        return redirect("home")
    return render(request, "lock/locked.html")


@for_staff
@require_POST
def unlock(request: AuthenticatedRequest) -> HttpResponse:
    """Back to where the person was, for a right password or code; first to what was not sent, if anything was."""
    if not screen.is_locked(request):
        return redirect("home")
    try:
        back = screen.unlock(request, request.user, given=request.POST.get("given", ""))
    except (BadInput, OurFault) as wrong:
        return render(request, "lock/locked.html", {"wrong": wrong}, status=422)
    _note(request, "unlock screen")
    unsent = screen.take_unsent(request)
    if unsent:
        return render(request, "lock/unsent.html", {"unsent": unsent, "back": back})
    return redirect(back)


@for_staff
@require_safe
def awake(request: AuthenticatedRequest) -> HttpResponse:
    """Somebody is typing: the screen stays open."""
    del request
    return HttpResponse(status=204)


@transaction.atomic
def _note(request: AuthenticatedRequest, action: str) -> None:
    append_row(now=clinic_now(), person=request.user, action=action, subject=f"person {request.user.pk}", detail={})
