"""The screen lock: who walks away leaves nothing open, and comes back to where they were.

A locked session sees the lock page and what is public, until its person gives a password or a one-time code. It locks
by a button, and by itself after a while without a request (wall clock). What was typed and not sent, or sent while it
was locked, is not done: it is kept, and shown to its person afterwards.

None of it lives in the session, which every request saves whole: a preview under way would undo a lock that came after.
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
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from thecal.clinic.models import Person, Screen
from thecal.errors import BadInput, OurFault
from thecal.units import SECOND_MS

ALWAYS_OPEN = frozenset({"lock", "unlock"})
NO_PAGE = frozenset({"awake"})
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "second_code", "password", "code"})
MOST_UNSENT = 5
"""Forms that are kept: as many as somebody has tabs open."""
LONGEST = 2000
"""Characters of an address that is kept."""
NS_PER_MS = 1_000_000
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
        screen = _screen(request)
        if screen is None:
            _forget_old()
        elif screen.is_locked or _left_alone(screen):
            return _shut_out(request)
        page = {"at": request.get_full_path()[:LONGEST]} if _is_page(request) and name not in NO_PAGE else {}
        _change(request, seen_ms=_wall_ms(), **page)
        return None


def is_locked(request: HttpRequest) -> bool:
    """Whether the session waits for its person."""
    screen = _screen(request)
    return screen is not None and screen.is_locked


@transaction.atomic
def lock(request: HttpRequest, *, back: str) -> None:
    """Lock the session. `back` is where its person was, if that is known; else the last page they opened.

    A second lock forgets nothing of the first.
    """
    screen = _screen(request)
    if screen is not None and screen.is_locked:
        return
    last = screen.at if screen is not None else ""
    _change(request, is_locked=True, back=_own_address(back) or last)


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
    screen = _screen(request)
    _change(request, seen_ms=_wall_ms(), is_locked=False, back="")
    return (screen.back if screen is not None else "") or reverse("home")


@transaction.atomic
def keep_unsent(request: HttpRequest, *, address: str, fields: Sequence[Sequence[str]]) -> None:
    """Keep what was not done, for its person: the address it is for, and its fields as (name, value)."""
    own = _own_address(address)
    kept = [[name, value] for name, value in fields if name not in NEVER_KEPT]
    if own and kept:
        screen = _screen(request)
        before = screen.unsent if screen is not None else []
        _change(request, unsent=[*before, {"address": own, "fields": kept}][-MOST_UNSENT:])


def read_unsent(texts: Sequence[str]) -> list[tuple[str, list[list[str]]]]:
    """The forms that a page took along when it was locked: address and fields; what is none is left out."""
    found = []
    for text in texts[:MOST_UNSENT]:
        with suppress(ValueError, TypeError, KeyError):
            form = json.loads(text)
            found.append((str(form["address"]), [[str(name), str(value)] for name, value in form["fields"]]))
    return found


@transaction.atomic
def take_unsent(request: HttpRequest) -> list[dict[str, Any]]:
    """What was not done: address and fields of each form. It is handed out once."""
    screen = _screen(request)
    if screen is None or not screen.unsent:
        return []
    _change(request, unsent=[])
    return list(screen.unsent)


def _screen(request: HttpRequest) -> Screen | None:
    """The session's screen as it stands now; None where nothing is known of it yet."""
    return Screen.objects.filter(session_key=request.session.session_key).first()


def _left_alone(screen: Screen) -> bool:
    """Whether nothing was asked in this session for as long as a screen may stand open."""
    return _wall_ms() - screen.seen_ms >= settings.THECAL_LOCK_AFTER_S * SECOND_MS


def _change(request: HttpRequest, **fields: Any) -> None:
    """Change these fields of the session's screen, and no other, in one question; make it where there is none."""
    key = request.session.session_key
    assert key is not None, "who is signed in has a session"
    screen = Screen(session_key=key, **({"seen_ms": _wall_ms()} | fields))
    Screen.objects.bulk_create(
        [screen], update_conflicts=True, unique_fields=["session_key"], update_fields=list(fields)
    )


def _forget_old() -> None:
    """A new screen makes room by the leaving of those whose sessions are over."""
    over_ms = _wall_ms() - settings.THECAL_LONGEST_SESSION_S * SECOND_MS
    Screen.objects.filter(seen_ms__lt=over_ms).delete()


def _wall_ms() -> int:
    return time.time_ns() // NS_PER_MS


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
    return path[:LONGEST] if safe and not path.startswith(reverse("lock")) else ""
