"""Pages for what went wrong: each says what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from thecal.clinic.access import public


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this page is for another role."""
    del exception
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing for this person."""
    del exception
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return render(request, "500.html", status=500)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: too many attempts to sign in."""
    return render(request, "429.html", status=429)


@public
def form_too_old(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """403: the form's token is missing or too old; nothing was written."""
    del reason, kwargs
    return render(request, "403_form.html", status=403)
