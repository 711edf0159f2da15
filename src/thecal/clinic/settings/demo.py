"""The rehearsal clinic: everything embedded, on 127.0.0.1:8000, data under THECAL_DATA (default `var/`).

The fictional people's codes are shown on the sign-in page, so these settings listen on this machine only.
"""

import os
from pathlib import Path

from thecal.clinic.rehearse import PASSWORD
from thecal.clinic.settings.base import *  # noqa: F403 -- Django's own way to build settings on settings
from thecal.clinic.settings.base import (
    CONTEXT_PROCESSORS,
    INSTALLED_APPS,
    MINUTE_S,
    SQLITE_OPTIONS,
    THECAL_LOCK_AFTER_S,
)
from thecal.clinic.settings.secret import read_or_make_secret

DATA = Path(os.environ.get("THECAL_DATA", "var")).absolute()
SECRET_KEY = read_or_make_secret(DATA / "secret.key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "clinic.sqlite3", "OPTIONS": SQLITE_OPTIONS}
}
INSTALLED_APPS = [*INSTALLED_APPS, "thecal.clinic.rehearse"]
CONTEXT_PROCESSORS += ["thecal.clinic.rehearse.context.rehearsal"]
ROOT_URLCONF = "thecal.clinic.rehearse.urls"

SESSION_COOKIE_AGE = 12 * 60 * MINUTE_S
THECAL_LOCK_AFTER_S = int(os.environ.get("THECAL_LOCK_AFTER_S", THECAL_LOCK_AFTER_S))
SESSION_COOKIE_SECURE = False  # plain HTTP, on this machine only
CSRF_COOKIE_SECURE = False

THECAL_FICTIONAL_PASSWORD = PASSWORD
THECAL_SITE_NAME = "Rehearsal clinic"
THECAL_DAYTIME_NUMBER = "555 0100 (fictional)"
THECAL_OUT_OF_HOURS_NUMBER = "555 0142 (fictional)"
THECAL_BEDSIDE = "thecal.clinic.rehearse.bedside.RehearsalBedside"
THECAL_WORLD = DATA / "rehearsal.sqlite3"
