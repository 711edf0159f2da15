"""The fictional people of a rehearsal clinic, and their codes of this moment.

A person's secret is shown here as a code only because the person is fictional; nobody else's ever is.
"""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from thecal.clinic.actions import add_person
from thecal.clinic.clock import Now
from thecal.clinic.models import Patient, Person, Role
from thecal.clinic.rehearse import PASSWORD

CODE_DIGITS = 6
CODE_PERIOD_S = 30
SECRET_BYTES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiction:
    """A person who does not exist."""

    username: str
    name: str
    role: Role


STAFF = (
    Fiction(username="ruiz", name="Dr Elena Ruiz", role=Role.PRESCRIBER),
    Fiction(username="okafor", name="Dr Daniel Okafor", role=Role.PRESCRIBER),
    Fiction(username="lindqvist", name="Maja Lindqvist", role=Role.NURSE),
    Fiction(username="brandt", name="Theo Brandt", role=Role.THERAPIST),
    Fiction(username="sato", name="Dr Hana Sato", role=Role.SURGEON),
    Fiction(username="meyer", name="Anton Meyer", role=Role.PHARMACIST),
    Fiction(username="adeyemi", name="Grace Adeyemi", role=Role.COORDINATOR),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCode:
    """A fictional person with the code that works now, for `seconds_left` more."""

    person: Person
    code: str
    seconds_left: int


def make_staff(*, now: Now) -> list[Person]:
    """The clinic's fictional staff, added where they are missing."""
    return [make_person(fiction, now=now) for fiction in STAFF]


def make_person(fiction: Fiction, *, patient: Patient | None = None, now: Now) -> Person:
    """One fictional person with a fresh secret; the one that is there already, where there is one."""
    already = Person.objects.filter(username=fiction.username).first()
    if already is not None:
        return already
    return add_person(
        username=fiction.username,
        name=fiction.name,
        role=fiction.role,
        password=PASSWORD,
        totp_secret=base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode(),
        patient=patient,
        is_fictional=True,
        acting=None,
        now=now,
    )


def shown_codes(people: Iterable[Person], *, wall_ms: int) -> list[ShownCode]:
    """The codes of fictional people, by role and name; of nobody else."""
    fictional = [person for person in people if person.is_fictional]
    secrets_of = {
        kept.user_id: get_adapter().decrypt(kept.data["secret"])
        for kept in Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__in=fictional)
    }
    wall_s = wall_ms // 1_000
    return [
        ShownCode(
            person=person,
            code=code_at(secrets_of[person.pk], wall_s=wall_s),
            seconds_left=CODE_PERIOD_S - wall_s % CODE_PERIOD_S,
        )
        for person in fictional
        if person.pk in secrets_of
    ]


def code_at(secret: str, *, wall_s: int) -> str:
    """The one-time code of a base32 secret (RFC 6238) at a time in Unix seconds."""
    # SHA-1 is what authenticator apps compute; six digits of an HMAC do not rest on its collisions.
    totp = TOTP(base64.b32decode(secret), CODE_DIGITS, SHA1(), CODE_PERIOD_S)  # noqa: S303 -- see above
    return totp.generate(wall_s).decode()
