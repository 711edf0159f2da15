"""Help needs no sign-in. These pages read no record, keep no session, need no script, and open without a network."""

import json
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from thecal.clinic.access import public
from thecal.pump.tones import CRITICAL, CRITICAL_SOUND, NON_CRITICAL, NON_CRITICAL_SOUND

PAGES = ("help", "too_little", "too_much", "alarm", "wound_and_fever")
TWO_TONES, ONE_TONE = (f"clinic/tones/{pattern.name}.wav" for pattern in (CRITICAL, NON_CRITICAL))
FILES = ("vendor/pico.min.css", "clinic/thecal.css", "clinic/icon.svg", "clinic/offline.js", TWO_TONES, ONE_TONE)
"""What the emergency pages are made of: without one of these a kept page would not look like itself."""


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the emergency pages on a device, for the time when there is no network."""
    paths = json.dumps([*(reverse(name) for name in PAGES), *(static(name) for name in FILES)])
    page = {"paths": paths, "digest": sha256(paths.encode()).hexdigest()[:12]}
    return render(request, "emergency/worker.js", page, content_type="text/javascript")


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
    """The pump beeps; both sounds can be heard."""
    sounds = {
        "two_tones": {"file": TWO_TONES, "lasts_s": CRITICAL_SOUND.whole()},
        "one_tone": {"file": ONE_TONE, "lasts_s": NON_CRITICAL_SOUND.whole()},
    }
    return render(request, "emergency/alarm.html", sounds)


@public
@require_safe
def wound_and_fever(request: HttpRequest) -> HttpResponse:
    """A wound that leaks, swells or reddens, or a fever."""
    return render(request, "emergency/wound_and_fever.html")
