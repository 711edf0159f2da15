"""Who may see what. Every view begins here; without a word from here a page is shut (see `middleware`).

A patient's account, or a carer's, sees its one record; any other record does not exist for it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import Patient, Person, Role
from thecal.clinic.models.people import AT_HOME, AT_THE_DESK, AT_THE_PUMP, STAFF

Rest = ParamSpec("Rest")
View = Callable[Concatenate[AuthenticatedRequest, Rest], HttpResponse]
DjangoView = Callable[Concatenate[HttpRequest, Rest], HttpResponse]

EVERYONE = tuple(Role)
public = login_not_required
"""Marks a page that anyone may read: sign-in, the emergency pages and the guide, nothing else."""


def for_roles(*roles: Role) -> Callable[[View[Rest]], DjangoView[Rest]]:
    """A view for people of these roles, who gave both factors (the middleware saw to that)."""

    def decorate(view: View[Rest]) -> DjangoView[Rest]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            if not isinstance(request.user, Person) or request.user.role not in roles:
                raise PermissionDenied
            return view(cast("AuthenticatedRequest", request), *args, **kwargs)

        return cast("DjangoView[Rest]", guarded)

    return decorate


for_staff = for_roles(*STAFF)
at_the_pump = for_roles(*AT_THE_PUMP)
"""Marks what only those may do who hold the wand and the syringe."""
at_home = for_roles(*AT_HOME)
at_the_desk = for_roles(*AT_THE_DESK)
"""Marks what makes records and accounts."""


def patients_seen_by(person: Person) -> QuerySet[Patient]:
    """The records that exist for this person."""
    if person.is_clinic_staff:
        return Patient.objects.all()
    return Patient.objects.filter(people=person)


def get_patient(request: AuthenticatedRequest, patient_id: int) -> Patient:
    """The record, or 404 where it does not exist for this person."""
    return get_object_or_404(patients_seen_by(request.user), pk=patient_id)
