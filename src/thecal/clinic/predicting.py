"""Whether predictions are shown in a record: always in a rehearsal, elsewhere where this site has switched them on."""

from thecal.clinic.models import Patient, RecordKind, Site


def predictions_since_ms() -> int | None:
    """When this site switched predictions on for records that are no rehearsal; None where they are off."""
    return Site.objects.filter(set_up_ms__isnull=False).values_list("predictions_since_ms", flat=True).first()


def shows_predictions(patient: Patient) -> bool:
    """Whether spine, effect and signs are drawn in this record."""
    return patient.kind == RecordKind.REHEARSAL or predictions_since_ms() is not None
