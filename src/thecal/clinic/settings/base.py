"""What every clinic has in common. A site's own settings import this and add SECRET_KEY, hosts and DATABASES."""

from pathlib import Path
from typing import Any

CLINIC = Path(__file__).resolve().parent.parent
MINUTE_S = 60

DEBUG = False
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "thecal.clinic",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "thecal.clinic.middleware.SafeHeaders",
    "thecal.clinic.middleware.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "thecal.clinic.middleware.SecondFactorRequired",
    "thecal.clinic.lock.ScreenLock",
]
CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "thecal.clinic.context.site",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CLINIC / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT_PROCESSORS},
    }
]
ROOT_URLCONF = "thecal.clinic.urls"
ASGI_APPLICATION = "thecal.clinic.asgi.application"
WSGI_APPLICATION = "thecal.clinic.wsgi.application"

SQLITE_OPTIONS = {
    # IMMEDIATE: a writer waits its turn at the start, not in the middle. recursive_triggers: a REPLACE fires the
    # delete trigger too. synchronous=FULL: no acknowledged write is lost.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In the database, so that a used code stays used and a limit stays reached when the server starts again.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "clinic_cache"}
}

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MIMETYPES = {".wav": "audio/wav"}
"""What a machine calls it by itself differs from one to the next."""

AUTH_USER_MODEL = "clinic.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "thecal.clinic.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "30/m/ip,5/15m/key"}
MFA_ADAPTER = "thecal.clinic.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp"]
MFA_TOTP_ISSUER = "Thecal"

SESSION_COOKIE_AGE = 15 * MINUTE_S
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = True
CSRF_FAILURE_VIEW = "thecal.clinic.views.errors.form_too_old"
THECAL_LONGEST_SESSION_S = 12 * 60 * MINUTE_S
THECAL_LOCK_AFTER_S = 5 * MINUTE_S
"""Without a request for this long, a screen of the staff's locks: five minutes are Thecal's own choice."""

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

THECAL_FICTIONAL_PASSWORD = ""
"""Everybody's password in a rehearsal; empty where nobody is fictional."""
THECAL_SITE_NAME = ""
THECAL_DAYTIME_NUMBER = ""
THECAL_OUT_OF_HOURS_NUMBER = ""
