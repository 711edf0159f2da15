"""Signing in and out leave a row in the audit."""

from typing import Any

from allauth.account.signals import user_logged_in
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from thecal.clinic.audit import append_row
from thecal.clinic.clock import clinic_now
from thecal.clinic.models import Person


@receiver(user_logged_in)
def note_sign_in(user: Person, **kwargs: Any) -> None:
    """Both factors were given."""
    del kwargs
    _note(user, "sign in")


@receiver(user_logged_out)
def note_sign_out(user: Person | None, **kwargs: Any) -> None:
    """The session ended by the person's own wish."""
    del kwargs
    if user is not None:
        _note(user, "sign out")


@transaction.atomic
def _note(person: Person, action: str) -> None:
    append_row(now=clinic_now(), person=person, action=action, subject=f"person {person.pk}", detail={})
