"""What a step of therapy leaves on record: one filled-in sheet, judged, signed, never changed."""

from typing import Any

from django.db import models
from django.db.models import Q

from thecal.clinic.models.patients import Patient
from thecal.clinic.models.people import Person


class StepUrgency(models.TextChoices):
    """When somebody must act on what was found."""

    NOW = "now", "Now"
    TODAY = "today", "Today"
    NEXT_VISIT = "next_visit", "At the next visit"


class StepRecord(models.Model):
    """One sheet as it was filled in. The database refuses to change it; a mistake is corrected by another record.

    `sheet` is its stable name ("wound.check"); `values` are the entries in the units of their names, null where not
    known; `findings` are what the rules of `rules_version` said of them. `wants_second` until somebody else has signed:
    until then nothing else may rest on it. `settled_*` tell what was done about an urgent finding.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="step_records")
    sheet = models.CharField(max_length=60)
    made_ms = models.BigIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField()
    findings = models.JSONField(default=list, blank=True)
    rules_version = models.PositiveIntegerField()
    reason = models.CharField(max_length=1000, blank=True)
    wants_second = models.BooleanField(default=False)
    second_person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_ms = models.BigIntegerField(null=True, blank=True)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    urgency = models.CharField(max_length=20, choices=StepUrgency.choices, blank=True)
    settled_ms = models.BigIntegerField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_words = models.CharField(max_length=2000, blank=True)

    class Meta:
        """In the order in which they were made. A second person is another person."""

        ordering = ("made_ms", "id")
        indexes = (models.Index(fields=["patient", "sheet"], name="sheets_of_a_patient"),)
        constraints = (
            models.CheckConstraint(
                name="step_signed_by_another",
                condition=Q(second_person__isnull=True) | ~Q(second_person=models.F("by")),
            ),
        )

    def entry(self, name: str) -> Any:
        """What was entered; None where it is not known, or was not asked when this was written."""
        return self.values.get(name)


class StepDraft(models.Model):
    """A sheet that somebody is filling in, as typed. It is nobody's knowledge until it is recorded."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="step_drafts")
    sheet = models.CharField(max_length=60)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kept_ms = models.BigIntegerField()
    typed = models.JSONField()

    class Meta:
        """One for each person and sheet."""

        constraints = (models.UniqueConstraint(name="one_draft_of_a_sheet", fields=["patient", "sheet", "by"]),)
