"""The figures' style sheet, which lives with the figures."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from thecal.clinic.access import public
from thecal.figures import stylesheet


@public
@require_safe
def figures_css(request: HttpRequest) -> HttpResponse:
    """Every class that a figure's marks have."""
    del request
    return HttpResponse(stylesheet(), content_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"})
