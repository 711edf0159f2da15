"""What holds for every page: both factors first, and headers that keep a browser honest."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]  # it ships no types
from whitenoise.responders import Redirect, StaticFile  # type: ignore[import-untyped]  # it ships no types

Handler = Callable[[HttpRequest], HttpResponse]

# Pico draws its arrows and ticks as data: images.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class SafeHeaders:
    """Nothing from other hosts, no inline script or style, and no page kept by a browser or a proxy."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response with its headers."""
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # its base ships no types
    """The clinic's own style sheets and scripts, each sent whole: a stream would not suit both kinds of server."""

    @staticmethod
    def serve(static_file: StaticFile | Redirect, request: HttpRequest) -> HttpResponse:
        """The file's bytes, with WhiteNoise's status and headers."""
        found = static_file.get_response(request.method, request.META)
        content = b"" if found.file is None else found.file.read()
        response = HttpResponse(content, status=int(found.status))
        for name, value in found.headers:
            response.headers[name] = value
        return response


class SecondFactorRequired:
    """No page but those marked public, until password and one-time code were both given in this session.

    A view that says nothing is shut. An account without a second factor gets no further than the sign-in page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the decision falls when the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The way to sign-in where a factor is missing or the session is too old; None where the view may run."""
        del args, kwargs
        if not getattr(view, "login_required", True):
            return None
        if request.user.is_authenticated:
            if _second_factor_is_fresh(request):
                return None
            logout(request)
            messages.warning(request, "Sign in with your password and a one-time code.")
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def _second_factor_is_fresh(request: HttpRequest) -> bool:
    """Whether a one-time code was given in this session, not longer ago than a session may last."""
    given = [record["at"] for record in get_authentication_records(request, request.user) if record["method"] == "mfa"]
    return bool(given) and time.time() - max(given) < settings.THECAL_LONGEST_SESSION_S
