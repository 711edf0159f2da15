"""The clinic as a Django application."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """Connects the checks and the sign-in records when Django has loaded."""

    name = "thecal.clinic"
    label = "clinic"
    verbose_name = "Thecal clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import what registers itself."""
        from thecal.clinic import checks, signing_in  # noqa: F401 -- importing connects them
