"""What every page can say about its site."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from thecal.clinic.models import Site


def site(request: HttpRequest) -> dict[str, str | int]:
    """The site's name and its two telephone numbers, and after how many seconds a screen locks."""
    del request
    now = site_now()
    return {
        "site_name": now["name"],
        "daytime_number": now["daytime_number"],
        "out_of_hours_number": now["out_of_hours_number"],
        "lock_after_s": settings.THECAL_LOCK_AFTER_S,
    }


def site_now() -> dict[str, str]:
    """What was set up here; the settings' values where nothing was, or where the records cannot be read.

    An emergency page must show a number even when the database is out of order.
    """
    try:
        row = Site.objects.filter(set_up_ms__isnull=False).first()
    except DatabaseError:
        row = None
    if row is not None:
        return {
            "name": row.name,
            "daytime_number": row.daytime_number,
            "out_of_hours_number": row.out_of_hours_number,
        }
    return {
        "name": settings.THECAL_SITE_NAME,
        "daytime_number": settings.THECAL_DAYTIME_NUMBER,
        "out_of_hours_number": settings.THECAL_OUT_OF_HOURS_NUMBER,
    }
