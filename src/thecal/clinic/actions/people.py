"""People who sign in."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from thecal.canonical import Plain
from thecal.clinic.audit import append_row
from thecal.clinic.clock import Now
from thecal.clinic.models import Patient, Person, Role


@transaction.atomic
def add_person(
    *,
    username: str,
    name: str,
    role: Role,
    password: str,
    totp_secret: str,
    patient: Patient | None = None,
    is_fictional: bool = False,
    acting: Person | None,
    now: Now,
) -> Person:
    """Add a person with both factors; `totp_secret` is base32, at least 32 characters."""
    first, _, last = name.partition(" ")
    person = Person.objects.create_user(
        username=username,
        password=password,
        first_name=first,
        last_name=last,
        role=role,
        patient=patient,
        is_fictional=is_fictional,
    )
    secret = get_adapter().encrypt(totp_secret)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": secret})
    detail: dict[str, Plain] = {"username": username, "role": str(role), "fictional": is_fictional}
    append_row(now=now, person=acting, action="add person", subject=f"person {person.pk}", detail=detail)
    return person
