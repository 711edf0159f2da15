"""The second person: another member of staff who may check this, and gives their own one-time code here and now."""

from allauth.core.ratelimit import consume
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db.models import QuerySet

from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Person
from thecal.clinic.models.people import MAY_SIGN
from thecal.errors import BadInput, OurFault


def others(person: Person) -> QuerySet[Person]:
    """Staff who may be the second person beside `person`."""
    return Person.objects.filter(role__in=MAY_SIGN, is_active=True).exclude(pk=person.pk).order_by("last_name", "pk")


def co_signed(request: AuthenticatedRequest, *, username: str, code: str) -> Person:
    """The second person, whose code is right and was not used before; BadInput where not.

    Codes are six digits: whoever guesses is stopped as at the sign-in page, by the same limit.
    """
    second = others(request.user).filter(username=username).first()
    if second is None:
        raise BadInput("second_person", "is not chosen", remedy="Choose who has checked this with you.")
    if not consume(request, action="login_failed", key=f"second person {second.pk}", dry_run=True):
        raise OurFault("too many wrong codes", remedy="Wait fifteen minutes, then let the second person try again.")
    authenticator = Authenticator.objects.filter(user=second, type=Authenticator.Type.TOTP).first()
    if authenticator is None or not TOTP(authenticator).validate_code(code.strip()):
        consume(request, action="login_failed", key=f"second person {second.pk}")
        raise BadInput(
            "second_code",
            f"is not {second.name}'s code of this moment",
            remedy="Let the second person read the six digits from their own device, or wait for the next ones.",
        )
    return second
