"""What every page can say about its site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """The site's name and its two telephone numbers."""
    del request
    return {
        "site_name": settings.THECAL_SITE_NAME,
        "daytime_number": settings.THECAL_DAYTIME_NUMBER,
        "out_of_hours_number": settings.THECAL_OUT_OF_HOURS_NUMBER,
    }
