"""Who signs in, and the clinic's clock."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """What a person may do. A role is a gate on every view."""

    PRESCRIBER = "prescriber", "Prescriber"
    NURSE = "nurse", "Nurse"
    PATIENT = "patient", "Patient"


STAFF = (Role.PRESCRIBER, Role.NURSE)


class Person(AbstractUser):
    """Someone who signs in with a password and a one-time code."""

    role = models.CharField(max_length=20, choices=Role.choices)
    patient = models.ForeignKey("Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    is_fictional = models.BooleanField(default=False)

    class Meta(AbstractUser.Meta):
        """A patient's account belongs to exactly one record; nobody else's belongs to any."""

        constraints = (
            models.CheckConstraint(
                name="patient_role_has_a_record",
                condition=Q(role="patient", patient__isnull=False) | (~Q(role="patient") & Q(patient__isnull=True)),
            ),
        )

    @property
    def is_clinic_staff(self) -> bool:
        """Whether this person treats patients here."""
        return self.role in STAFF

    @property
    def name(self) -> str:
        """The name as the clinic writes it."""
        return self.get_full_name() or self.username


class ClinicClock(models.Model):
    """A clock that stands until it is moved: one row in a rehearsal clinic, none elsewhere."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    now_ms = models.BigIntegerField()

    class Meta:
        """One row at most."""

        constraints = (models.CheckConstraint(name="one_clinic_clock", condition=Q(id=1)),)
