"""Help needs no sign-in. These pages read no record, keep no session and need no script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thecal.clinic.access import public


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The four pages, and the numbers to call."""
    return render(request, "emergency/index.html")


@public
@require_safe
def too_little(request: HttpRequest) -> HttpResponse:
    """Withdrawal: stiffness, itch, fever."""
    return render(request, "emergency/too_little.html")


@public
@require_safe
def too_much(request: HttpRequest) -> HttpResponse:
    """Overdose: sleepy, floppy, slow breath."""
    return render(request, "emergency/too_much.html")


@public
@require_safe
def alarm(request: HttpRequest) -> HttpResponse:
    """The pump beeps."""
    return render(request, "emergency/alarm.html")


@public
@require_safe
def wound_and_fever(request: HttpRequest) -> HttpResponse:
    """A wound that leaks, swells or reddens, or a fever."""
    return render(request, "emergency/wound_and_fever.html")
