"""The audit: rows that are added and never changed, each chained to the last by a hash."""

from django.db import models

from thecal.canonical import digest
from thecal.clinic.models.people import Person

SCHEMA = 1
GENESIS = "0" * 64


class AuditRow(models.Model):
    """Who did what to what, by both clocks. The database itself refuses to change or remove a row.

    `person` is empty where the clinic's own program acted. `detail` holds integers and text only.
    """

    sequence = models.PositiveBigIntegerField(unique=True)
    clinic_ms = models.BigIntegerField()
    wall_ms = models.BigIntegerField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=100)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """In the order in which it happened."""

        ordering = ("sequence",)

    def computed_hash(self) -> str:
        """What `hash` must be: the digest of everything else in the row."""
        return digest(
            {
                "schema": SCHEMA,
                "sequence": self.sequence,
                "clinic_ms": self.clinic_ms,
                "wall_ms": self.wall_ms,
                "person": self.person_id,
                "action": self.action,
                "subject": self.subject,
                "detail": self.detail,
                "previous": self.previous,
            }
        )
