"""The fictional people's codes, for the sign-in pages to refresh."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thecal.clinic.access import public


@public
@require_safe
def show_codes(request: HttpRequest) -> HttpResponse:
    """The table of codes alone."""
    return render(request, "rehearse/codes.html")
