"""A patient's record."""

from django.db import models


class RecordKind(models.TextChoices):
    """What stands at the other end of the wand; fixed when the record is made."""

    REHEARSAL = "rehearsal", "Rehearsal"
    OPEN_PUMP = "open_pump", "Open pump"
    TRANSCRIBED = "transcribed", "Transcribed"


class Origin(models.TextChoices):
    """Where the spasticity comes from: the label's limits differ."""

    SPINAL = "spinal", "Spinal origin"
    CEREBRAL = "cerebral", "Cerebral origin"


class Tolerance(models.TextChoices):
    """Whether the patient has had intrathecal baclofen for long."""

    NAIVE = "naive", "New to intrathecal baclofen"
    CHRONIC = "chronic", "On intrathecal baclofen for long"


class Stage(models.TextChoices):
    """Where on the way through therapy."""

    ASSESSMENT = "assessment", "Being assessed"
    BEFORE_SCREENING = "before_screening", "Before the screening test"
    BEFORE_IMPLANT = "before_implant", "Before the implant"
    TITRATING = "titrating", "Titrating"
    MAINTAINED = "maintained", "Maintained"
    TAPERING = "tapering", "Tapering before removal"
    REMOVED = "removed", "Pump removed"
    NO_PUMP = "no_pump", "No pump"


class Flag(models.TextChoices):
    """What anyone who treats this patient must know at once."""

    T6_OR_ABOVE = "t6_or_above", "Lesion at T6 or above"
    CANNOT_REPORT = "cannot_report", "Cannot say what they feel"
    EARLIER_WITHDRAWAL = "earlier_withdrawal", "Earlier withdrawal"
    BREATHING_RISK = "breathing_risk", "Breathing risk"
    RENAL = "renal", "Kidneys impaired"
    RELIES_ON_TONE = "relies_on_tone", "Relies on tone to stand"


class MriClass(models.TextChoices):
    """What a magnetic resonance scan means for this implant."""

    CONDITIONAL = "conditional", "MR conditional"
    UNSAFE = "unsafe", "MR unsafe"
    UNKNOWN = "unknown", "MRI class not recorded"


class Patient(models.Model):
    """One person's record. `baseline_mas_tenths` is the Modified Ashworth score before therapy, 1+ as 15.

    None where nobody examined it, or wrote it down.
    """

    name = models.CharField(max_length=200)
    born = models.DateField()
    record_number = models.CharField(max_length=40, unique=True)
    allergies = models.CharField(max_length=400, blank=True, help_text="Empty means: not recorded.")
    origin = models.CharField(max_length=20, choices=Origin.choices)
    tolerance = models.CharField(max_length=20, choices=Tolerance.choices)
    baseline_mas_tenths = models.PositiveSmallIntegerField(null=True, blank=True)
    flags = models.JSONField(default=list, blank=True)
    kind = models.CharField(max_length=20, choices=RecordKind.choices)
    stage = models.CharField(max_length=20, choices=Stage.choices)

    class Meta:
        """Scores the scale has."""

        constraints = (
            models.CheckConstraint(
                name="baseline_is_a_mas_score", condition=models.Q(baseline_mas_tenths__in=(0, 10, 15, 20, 30, 40))
            ),
        )

    @property
    def flag_labels(self) -> list[str]:
        """The flags in words, in the order of `Flag`."""
        return [str(flag.label) for flag in Flag if flag.value in self.flags]
