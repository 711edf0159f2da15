"""The audit, for prescribers."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thecal.clinic.access import for_roles
from thecal.clinic.audit import verify_audit
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import AuditRow, Role
from thecal.errors import TheirFault

ROWS_PER_PAGE = 50


@for_roles(Role.PRESCRIBER)
@require_safe
def show_audit(request: AuthenticatedRequest) -> HttpResponse:
    """Every row, newest first, and whether the chain holds."""
    rows = AuditRow.objects.order_by("-sequence").select_related("person")
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "clinic/audit.html", {"page": page, "broken": _broken()})


def _broken() -> str:
    """What is wrong with the chain; empty where it holds."""
    try:
        verify_audit(AuditRow.objects.order_by("sequence").iterator())
    except TheirFault as broken:
        return str(broken)
    return ""
