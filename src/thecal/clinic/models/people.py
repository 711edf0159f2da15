"""Who signs in, and the clinic's clock."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """What a person may do. A role is a gate on every view."""

    PRESCRIBER = "prescriber", "Prescriber"
    NURSE = "nurse", "Nurse"
    PHARMACIST = "pharmacist", "Pharmacist"
    THERAPIST = "therapist", "Therapist"
    SURGEON = "surgeon", "Surgeon"
    COORDINATOR = "coordinator", "Coordinator"
    PATIENT = "patient", "Patient"
    CARER = "carer", "Carer"


STAFF = (Role.PRESCRIBER, Role.NURSE, Role.PHARMACIST, Role.THERAPIST, Role.SURGEON, Role.COORDINATOR)
AT_THE_PUMP = (Role.PRESCRIBER, Role.NURSE)
"""Who holds the wand."""
AT_THE_DESK = (Role.PRESCRIBER, Role.NURSE, Role.COORDINATOR)
"""Who admits."""
MAY_SIGN = (Role.PRESCRIBER, Role.NURSE, Role.PHARMACIST, Role.SURGEON)
"""Who may be the second person: somebody whose work is to check a dose or an operation."""
AT_HOME = (Role.PATIENT, Role.CARER)
"""Who sees one record, their own or that of the person they care for."""


class Person(AbstractUser):
    """Someone who signs in with a password and a one-time code."""

    role = models.CharField(max_length=20, choices=Role.choices)
    patient = models.ForeignKey("Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    is_fictional = models.BooleanField(default=False)

    class Meta(AbstractUser.Meta):
        """A patient's or carer's account belongs to exactly one record; nobody else's belongs to any."""

        constraints = (
            models.CheckConstraint(
                name="at_home_has_a_record",
                condition=Q(role__in=AT_HOME, patient__isnull=False) | (~Q(role__in=AT_HOME) & Q(patient__isnull=True)),
            ),
        )

    @property
    def may_sign(self) -> bool:
        """Whether this person may be the second one."""
        return self.role in MAY_SIGN

    @property
    def is_clinic_staff(self) -> bool:
        """Whether this person treats patients here."""
        return self.role in STAFF

    @property
    def holds_the_wand(self) -> bool:
        """Whether this person may open a visit, read the pump and change it."""
        return self.role in AT_THE_PUMP

    @property
    def may_admit(self) -> bool:
        """Whether this person makes records, and accounts for those at home."""
        return self.role in AT_THE_DESK

    @property
    def name(self) -> str:
        """The name as the clinic writes it."""
        return self.get_full_name() or self.username


class Site(models.Model):
    """The clinic as those who call it know it: one row. Until it is set up, nobody can be admitted.

    `predictions_since_ms` is when somebody switched predictions on for records that are no rehearsal; None is off.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200)
    daytime_number = models.CharField(max_length=60, blank=True)
    out_of_hours_number = models.CharField(max_length=60, blank=True)
    set_up_ms = models.BigIntegerField(null=True, blank=True)
    predictions_since_ms = models.BigIntegerField(null=True, blank=True)

    class Meta:
        """One row at most, and none is set up without a number that somebody answers at night."""

        constraints = (
            models.CheckConstraint(name="one_site", condition=Q(id=1)),
            models.CheckConstraint(
                name="set_up_has_a_number_for_the_night",
                condition=Q(set_up_ms__isnull=True) | ~Q(out_of_hours_number=""),
            ),
        )


class ClinicClock(models.Model):
    """A clock that stands until it is moved: one row in a rehearsal clinic, none elsewhere."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    now_ms = models.BigIntegerField()

    class Meta:
        """One row at most."""

        constraints = (models.CheckConstraint(name="one_clinic_clock", condition=Q(id=1)),)
