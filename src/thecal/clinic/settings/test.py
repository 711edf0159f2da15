"""The test suite's settings: the rehearsal clinic in memory, with a cheap password hash."""

from thecal.clinic.rehearse import PASSWORD
from thecal.clinic.settings.base import *  # noqa: F403 -- Django's own way to build settings on settings
from thecal.clinic.settings.base import CONTEXT_PROCESSORS, INSTALLED_APPS, SQLITE_OPTIONS

SECRET_KEY = "for tests only, and not a secret"  # noqa: S105 -- tests protect nothing
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": SQLITE_OPTIONS}}
INSTALLED_APPS = [*INSTALLED_APPS, "thecal.clinic.rehearse"]
CONTEXT_PROCESSORS += ["thecal.clinic.rehearse.context.rehearsal"]
ROOT_URLCONF = "thecal.clinic.rehearse.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False

THECAL_FICTIONAL_PASSWORD = PASSWORD
THECAL_SITE_NAME = "Rehearsal clinic"
THECAL_DAYTIME_NUMBER = "555 0100 (fictional)"
THECAL_OUT_OF_HOURS_NUMBER = "555 0142 (fictional)"
THECAL_BEDSIDE = "thecal.clinic.rehearse.bedside.RehearsalBedside"
