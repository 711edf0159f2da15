"""The clinic's work: visits, updates and calls."""

from django.db import models
from django.db.models import Q

from thecal.canonical import from_plain
from thecal.clinic.models.patients import Patient
from thecal.clinic.models.people import Person
from thecal.clinic.models.pumps import Implant
from thecal.pump.commands import Update


class Visit(models.Model):
    """A patient's visit: read, review, confirm. `next_due_ms` is when the patient should be seen again."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="visits")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_ms = models.BigIntegerField()
    closed_ms = models.BigIntegerField(null=True, blank=True)
    next_due_ms = models.BigIntegerField(null=True, blank=True)
    draft = models.JSONField(default=dict, blank=True)

    class Meta:
        """One open visit per patient."""

        constraints = (
            models.UniqueConstraint(
                name="one_open_visit_per_patient", fields=["patient"], condition=Q(closed_ms__isnull=True)
            ),
        )


class UpdateStatus(models.TextChoices):
    """An update has three outcomes, and a beginning (decision 0003)."""

    PENDING = "pending", "Pending"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"


UNSETTLED = (UpdateStatus.PENDING, UpdateStatus.UNCONFIRMED)
OUTCOMES = (UpdateStatus.CONFIRMED, UpdateStatus.REFUSED, UpdateStatus.UNCONFIRMED)


class PumpUpdate(models.Model):
    """An update as it was reviewed, written down before it is sent.

    `digest` is what the reviewer saw and the commit names; `onto_revision` is the program it was reviewed on.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="updates")
    implant = models.ForeignKey(Implant, on_delete=models.PROTECT, related_name="updates")
    transaction_id = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    onto_revision = models.PositiveBigIntegerField()
    update = models.JSONField()
    review = models.JSONField()
    reason = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second_person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=UpdateStatus.choices, default=UpdateStatus.PENDING)
    outcome_says = models.CharField(max_length=1000, blank=True)
    created_ms = models.BigIntegerField()
    settled_ms = models.BigIntegerField(null=True, blank=True)

    class Meta:
        """One unsettled update per implant: another could not be reviewed against a known program."""

        constraints = (
            models.UniqueConstraint(
                name="one_unsettled_update_per_implant", fields=["implant"], condition=Q(status__in=UNSETTLED)
            ),
            models.CheckConstraint(
                name="second_person_is_another",
                condition=Q(second_person__isnull=True) | ~Q(second_person=models.F("by")),
            ),
        )

    @property
    def is_settled(self) -> bool:
        """Whether it is known which program the pump holds."""
        return self.status not in UNSETTLED

    def read(self) -> Update:
        """The update as the pump would receive it."""
        return from_plain(Update, self.update)


class AlarmHeard(models.TextChoices):
    """What the caller hears."""

    NONE = "none", "No alarm"
    SINGLE = "single", "Single beep, about every hour"
    TWO_TONE = "two_tone", "Two tones, over and over"
    UNKNOWN = "unknown", "A sound, cannot say which"


class Answer(models.TextChoices):
    """The caller's answer. Unknown is not no."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class CallUrgency(models.TextChoices):
    """When someone must act."""

    NOW = "now", "Now"
    TODAY = "today", "Today"
    NEXT_VISIT = "next_visit", "Next visit"


def _answer() -> "models.CharField[str, str]":
    return models.CharField(max_length=10, choices=Answer.choices)


class Call(models.Model):
    """A telephone call about a patient: what was heard and said, and how urgent that is."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="calls")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    received_ms = models.BigIntegerField()
    caller = models.CharField(max_length=200)
    alarm_heard = models.CharField(max_length=10, choices=AlarmHeard.choices)
    words = models.CharField(max_length=2000, blank=True)
    stiff = _answer()
    itch = _answer()
    sleepy = _answer()
    breathing = _answer()
    fever = _answer()
    since = models.CharField(max_length=100, blank=True)
    last_refill = models.CharField(max_length=100, blank=True)
    urgency = models.CharField(max_length=20, choices=CallUrgency.choices)
    advice = models.CharField(max_length=2000, blank=True)
    call_back_ms = models.BigIntegerField(null=True, blank=True)
    rules_version = models.PositiveIntegerField(null=True, blank=True)
    settled_ms = models.BigIntegerField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_words = models.CharField(max_length=2000, blank=True)
