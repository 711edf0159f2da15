"""The rehearsal's part of the clinic."""

from django.apps import AppConfig


class RehearseConfig(AppConfig):
    """Templates and a context; no records of its own."""

    name = "thecal.clinic.rehearse"
    label = "rehearse"
    verbose_name = "Thecal rehearsal clinic"
