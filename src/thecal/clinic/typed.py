"""What people type into a visit's fields, with the unit that is printed beside the field."""

import re

from thecal import units
from thecal.errors import BadInput

MILLIGRAMS = re.compile(r"\d\s*mg", re.IGNORECASE)
PLACES = {
    "concentration_pg_per_nl": "concentration",
    "drug": "concentration",
    "low_reservoir_alarm_nl": "low_alarm",
    "infusion_mode": "mode",
    "fill": "fill_volume",
    "post_fill_nl": "found",
    "residual_actual_nl": "explanation",
    "refill.filled_nl": "fill_volume",
}
"""Where the page has what a rule or a review calls by its own name."""
ENTRIES = {
    "mode", "concentration", "daily_dose", "schedule", "low_alarm", "bridge", "no_bridge_reason", "reason",
    "second_person", "second_code", "explanation", "found", "next_days", "left_stopped", "booking_why",
    "said_born", "said_record_number", "place", "label", "lot", "expires", "label_again", "needle_before", "withdrawn",
    "needle_after", "fill_volume", "prime", "interruption",
}  # fmt: skip
SCHEDULE_ROW = re.compile(r"(start|rate)_\d_\d+")


def place_of(field: str, *, mode: str = "") -> str:
    """The id of the page's entry that a finding or a refusal is about; empty where the page has none.

    >>> place_of("dosing.dose_pg_per_day", mode="flex"), place_of("start_0_3"), place_of("screening")
    ('schedule', 'start_0_3', '')
    """
    if field.startswith("dosing") or field in {"dose_pg_per_day", "since_arrival_ms"}:
        return {"flex": "schedule", "continuous": "daily_dose"}.get(mode, "mode")
    return PLACES.get(field, field if field in ENTRIES or SCHEDULE_ROW.fullmatch(field) else "")


def with_unit(text: str, unit: str) -> str:
    """The entry with the field's own unit where the person typed none."""
    bare = text.strip()
    return f"{bare} {unit}" if bare and bare[-1].isdigit() else bare


def dose_pg_per_day(text: str, *, field: str) -> int:
    """A daily dose; dose fields take micrograms only."""
    _refuse_milligrams(text, field, "300 mcg/day")
    return units.parse_dose_pg_per_day(with_unit(text, "mcg/day"), field=field)


def dose_pg_per_h(text: str, *, field: str) -> int:
    """A dose per hour."""
    _refuse_milligrams(text, field, "12.5 mcg/h")
    bare = re.sub(r"\s*/\s*h$", "", text.strip())
    return units.parse_mass_pg(with_unit(bare, "mcg"), field=field)


def mass_pg(text: str, *, field: str) -> int:
    """A dose."""
    _refuse_milligrams(text, field, "50 mcg")
    return units.parse_mass_pg(with_unit(text, "mcg"), field=field)


def concentration_pg_per_nl(text: str, *, field: str) -> int:
    """A concentration as on the label."""
    return units.parse_concentration_pg_per_nl(with_unit(text, "mcg/mL"), field=field)


def volume_nl(text: str, *, field: str) -> int:
    """A volume as a syringe reads it."""
    return units.parse_volume_nl(with_unit(text, "mL"), field=field)


def of_day_ms(text: str, *, field: str) -> int:
    """06:30 as milliseconds after midnight."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip(), re.ASCII)
    if found is None:
        raise BadInput(field, f"{text!r} is not a time of day", remedy="Write hours and minutes: 06:30.")
    return int(found.group(1)) * units.HOUR_MS + int(found.group(2)) * units.MINUTE_MS


def _refuse_milligrams(text: str, field: str, example: str) -> None:
    if MILLIGRAMS.search(text):
        raise BadInput(field, f"{text.strip()!r} is in milligrams", remedy=f"Write micrograms: {example}.")
