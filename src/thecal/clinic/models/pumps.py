"""What is implanted, what was read of it, and what was filled into it."""

from django.db import models

from thecal.canonical import from_plain
from thecal.clinic.models.patients import MriClass, Patient
from thecal.clinic.models.people import Person
from thecal.pump.devices import CATHETER_PER_CM
from thecal.pump.memory import Interrogation
from thecal.units import exact_div

MM_PER_CM = 10


class Side(models.TextChoices):
    """Which side of the abdomen."""

    LEFT = "left", "left"
    RIGHT = "right", "right"


class Holds(models.TextChoices):
    """What a part of the path is recorded to hold. Only what holds no drug may be primed."""

    DRUG = "drug", "drug"
    NO_DRUG = "no_drug", "no drug"
    UNKNOWN = "unknown", "not known"


class Implant(models.Model):
    """A pump and its catheter in a patient. The implanted length is the whole less what was trimmed.

    `tubing_holds` and `catheter_holds` are what was recorded when the pump was implanted, until a confirmed prime.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="implants")
    serial = models.CharField(max_length=60, unique=True)
    pump_model = models.CharField(max_length=100)
    side = models.CharField(max_length=10, choices=Side.choices)
    tip_level = models.CharField(max_length=10)
    catheter_total_mm = models.PositiveIntegerField()
    catheter_trimmed_mm = models.PositiveIntegerField()
    tubing_nl = models.PositiveBigIntegerField()
    implanted_ms = models.BigIntegerField()
    removed_ms = models.BigIntegerField(null=True, blank=True)
    mri_class = models.CharField(max_length=20, choices=MriClass.choices, default=MriClass.UNKNOWN)
    pump_lot = models.CharField(max_length=60, blank=True)
    catheter_model = models.CharField(max_length=100, blank=True)
    catheter_lot = models.CharField(max_length=60, blank=True)
    tubing_holds = models.CharField(max_length=10, choices=Holds.choices, default=Holds.UNKNOWN)
    catheter_holds = models.CharField(max_length=10, choices=Holds.choices, default=Holds.UNKNOWN)
    removed_why = models.CharField(max_length=400, blank=True)

    class Meta:
        """One pump in a patient at a time; a catheter has a length."""

        constraints = (
            models.UniqueConstraint(
                name="one_pump_in_a_patient", fields=["patient"], condition=models.Q(removed_ms__isnull=True)
            ),
            models.CheckConstraint(
                name="less_trimmed_than_there_was",
                condition=models.Q(catheter_trimmed_mm__lt=models.F("catheter_total_mm")),
            ),
        )

    @property
    def catheter_implanted_mm(self) -> int:
        """What is left after trimming."""
        return self.catheter_total_mm - self.catheter_trimmed_mm

    @property
    def catheter_nl(self) -> int:
        """What the implanted catheter holds, at the volume per centimetre on record."""
        return self.catheter_implanted_mm * exact_div(CATHETER_PER_CM.whole(), MM_PER_CM)


class ReadOut(models.Model):
    """What the pump said, and when it said so.

    `interrogation` is the plain form of `thecal.pump.memory.Interrogation`; `digest` is its SHA-256.
    """

    implant = models.ForeignKey(Implant, on_delete=models.PROTECT, related_name="read_outs")
    interrogation = models.JSONField()
    digest = models.CharField(max_length=64)
    pump_ms = models.BigIntegerField()
    received_ms = models.BigIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The latest is the one received last."""

        get_latest_by = ("received_ms", "id")

    def read(self) -> Interrogation:
        """The interrogation as a record; TheirFault where the stored text is none."""
        return from_plain(Interrogation, self.interrogation)


class Place(models.TextChoices):
    """Where a refill was done. One at home is no follow-up."""

    CLINIC = "clinic", "in the clinic"
    HOME = "home", "at home"


class Fill(models.Model):
    """One filling of the reservoir: what came out, what went in, and what was checked on the way.

    `rules_version` is the version of the rule book by which it was checked.
    """

    implant = models.ForeignKey(Implant, on_delete=models.PROTECT, related_name="fills")
    at_ms = models.BigIntegerField()
    volume_nl = models.PositiveBigIntegerField()
    concentration_pg_per_nl = models.PositiveIntegerField()
    residual_expected_nl = models.PositiveBigIntegerField(null=True, blank=True)
    residual_withdrawn_nl = models.PositiveBigIntegerField(null=True, blank=True)
    lot = models.CharField(max_length=60, blank=True)
    expires = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=10, choices=Place.choices, blank=True)
    checks = models.JSONField(default=dict, blank=True)
    rules_version = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The latest is the one made last."""

        get_latest_by = ("at_ms", "id")
