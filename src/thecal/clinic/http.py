"""Requests whose sender is known: "signed in" is a type."""

from django.http import HttpRequest

from thecal.clinic.models import Person


class AuthenticatedRequest(HttpRequest):
    """A request from a person who gave both factors."""

    user: Person
