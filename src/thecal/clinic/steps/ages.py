"""How old somebody is, and how long ago a day was, by the clinic's clock."""

from thecal.clinic.models import Patient
from thecal.clinic.steps.fields import day_ms
from thecal.clinic.when import moment
from thecal.units import DAY_MS


def age_years(patient: Patient, now_ms: int) -> int:
    """Whole years since birth."""
    today, born = moment(now_ms).date(), patient.born
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def days_since(day: str | None, now_ms: int) -> int | None:
    """Whole days since the beginning of a day ("2026-03-31"); 0 for one to come, None where it is not known."""
    return None if day is None else max(0, (now_ms - day_ms(day)) // DAY_MS)
