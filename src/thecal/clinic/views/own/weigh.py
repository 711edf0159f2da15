"""What the team will weigh, for the person it is about: questions and what the record holds, and never a verdict."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from thecal.care.coverage import ASK_THE_INSURER, CALL_FIRST
from thecal.care.weighing import for_the_patient
from thecal.clinic.access import at_home
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.steps.candidate import candidate_of
from thecal.clinic.views.own.desk import home_of, show


@at_home
@require_safe
def own_weigh(request: AuthenticatedRequest) -> HttpResponse:
    """The same questions for everybody, beside one's own record; then what to ask the insurer."""
    home = home_of(request)
    page = {
        "points": for_the_patient(candidate_of(home.known).case),
        "call_first": CALL_FIRST,
        "insurer": ASK_THE_INSURER,
    }
    return show(request, home, "own/weigh.html", page)
