"""What a site must have set before it may serve."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def has_out_of_hours_number(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Emergency pages without a number to call are worse than none."""
    del app_configs, kwargs
    if settings.THECAL_OUT_OF_HOURS_NUMBER:
        return []
    hint = "Set THECAL_OUT_OF_HOURS_NUMBER to the number that someone answers at night."
    return [Error("The emergency pages have no out-of-hours number.", hint=hint, id="thecal.E001")]
