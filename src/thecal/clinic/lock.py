"""The screen lock: who walks away leaves nothing open, and comes back to where they were.

A locked session sees the lock page and what is public, until its person gives a password or a one-time code. It locks
by a button, and by itself after a while without a request (wall clock). What was typed and not sent, or sent while it
was locked, is not done: it is kept in the session, and shown to its person afterwards.
"""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from allauth.core.ratelimit import consume
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from thecal.clinic.models import Person
from thecal.errors import BadInput, OurFault

SEEN, AT, LOCKED, BACK, UNSENT = "lock_seen_s", "lock_at", "lock_locked", "lock_back", "lock_unsent"
ALWAYS_OPEN = frozenset({"lock", "unlock"})
NO_PAGE = frozenset({"awake"})
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "second_code", "password", "code"})
MOST_UNSENT = 5
SEEN_EVERY_S = 10
"""Forms that are kept: as many as somebody has tabs open."""
Handler = Callable[[HttpRequest], HttpResponse]


class ScreenLock:
    """Shuts a locked session out of every page that is not public. It stands after the second factor."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the decision falls when the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The way to the lock page where the session is locked, or has been left alone; None where the view may run."""
        del args, kwargs
        public = not getattr(view, "login_required", True)
        if public or not isinstance(request.user, Person) or not request.user.is_clinic_staff:
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name in ALWAYS_OPEN:
            return None
        if is_locked(request) or left_alone(request):
            return _shut_out(request)
        _note_seen(request)
        if _is_page(request) and name not in NO_PAGE:
            request.session[AT] = request.get_full_path()
        return None


def _note_seen(request: HttpRequest) -> None:
    """Now and then is enough: a session is saved whole, and a preview under way must not undo a later lock."""
    every_s = min(SEEN_EVERY_S, settings.THECAL_LOCK_AFTER_S / 10)
    now_s = time.time()
    if now_s - request.session.get(SEEN, 0) >= every_s:
        request.session[SEEN] = now_s


def is_locked(request: HttpRequest) -> bool:
    """Whether the session waits for its person."""
    return bool(request.session.get(LOCKED))


def left_alone(request: HttpRequest) -> bool:
    """Whether nothing was asked in this session for as long as a screen may stand open."""
    seen_s = request.session.get(SEEN)
    return seen_s is not None and time.time() - seen_s >= settings.THECAL_LOCK_AFTER_S


def lock(request: HttpRequest, *, back: str) -> None:
    """Lock the session. `back` is where its person was, if that is known; else the last page they opened.

    A second lock forgets nothing of the first.
    """
    if not is_locked(request):
        request.session[BACK] = _own_address(back) or request.session.get(AT, "")
    request.session[LOCKED] = True


def unlock(request: HttpRequest, person: Person, *, given: str) -> str:
    """Open the session again for a right password or one-time code: where its person was. BadInput where it is wrong.

    Whoever guesses is stopped as at the sign-in page, by the same limit.
    """
    key = f"unlock {person.pk}"
    if not consume(request, action="login_failed", key=key, dry_run=True):
        raise OurFault("too many wrong tries", remedy="Wait fifteen minutes, or sign out and in again.")
    if not _is_theirs(person, given):
        consume(request, action="login_failed", key=key)
        raise BadInput(
            "given",
            "is neither your password nor your code of this moment",
            remedy="A code works once: wait for the next.",
        )
    request.session[SEEN] = time.time()
    request.session.pop(LOCKED, None)
    return str(request.session.pop(BACK, "")) or reverse("home")


def keep_unsent(request: HttpRequest, *, address: str, fields: Sequence[Sequence[str]]) -> None:
    """Keep what was not done, for its person: the address it is for, and its fields as (name, value)."""
    own = _own_address(address)
    kept = [[name, value] for name, value in fields if name not in NEVER_KEPT]
    if own and kept:
        request.session[UNSENT] = [*request.session.get(UNSENT, []), {"address": own, "fields": kept}][-MOST_UNSENT:]


def read_unsent(texts: Sequence[str]) -> list[tuple[str, list[list[str]]]]:
    """The forms that a page took along when it was locked: address and fields; what is none is left out."""
    found = []
    for text in texts[:MOST_UNSENT]:
        with suppress(ValueError, TypeError, KeyError):
            form = json.loads(text)
            found.append((str(form["address"]), [[str(name), str(value)] for name, value in form["fields"]]))
    return found


def take_unsent(request: HttpRequest) -> list[dict[str, Any]]:
    """What was not done: address and fields of each form. It is handed out once."""
    unsent: list[dict[str, Any]] = request.session.pop(UNSENT, [])
    return unsent


def _is_theirs(person: Person, given: str) -> bool:
    authenticator = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    code = given.strip()
    if authenticator is not None and code.isdecimal() and TOTP(authenticator).validate_code(code):
        return True
    return person.check_password(given)


def _shut_out(request: HttpRequest) -> HttpResponse:
    """To the lock page, and what was sent is kept."""
    piece = bool(request.headers.get("HX-Request"))
    if request.method == "POST" and not piece:
        fields = [[name, value] for name in request.POST for value in request.POST.getlist(name)]
        keep_unsent(request, address=request.get_full_path(), fields=fields)
    lock(request, back=request.get_full_path() if _is_page(request) else "")
    return HttpResponseClientRedirect(reverse("lock")) if piece else redirect("lock")


def _is_page(request: HttpRequest) -> bool:
    """Whether it asks for a whole page, to which a person can come back."""
    return request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request")


def _own_address(address: str) -> str:
    """The path and query of an address of this clinic; empty where it is another's or the lock page."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    safe = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return path if safe and not path.startswith(reverse("lock")) else ""
