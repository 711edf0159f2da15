"""Numbers as pages write them: always with their unit, mcg on clinical pages, micrograms in full for patients."""

import re

from django import template

from thecal.care.site import digits
from thecal.clinic import when
from thecal.clinic.pump_words import ALARM_REMEDIES, ALARM_WORDS
from thecal.clinic.typed import place_of
from thecal.clinic.worklist import ALARM_URGENCY
from thecal.findings import Severity
from thecal.pump.alarms import ActiveAlarm, Alarm
from thecal.units import (
    NO_BREAK_SPACE,
    decimal_text,
    show_change,
    show_concentration,
    show_dose,
    show_duration,
    show_mass,
    show_rate,
    show_volume,
)

register = template.Library()

FIELD_WORDS = {
    "mode": "Infusion mode",
    "low_alarm": "Low-reservoir alarm",
    "left_stopped": "Why it is left so",
    "no_bridge_reason": "Why no bridge",
    "second_code": "The second person's code",
    "fill_volume": "Volume",
    "said_born": "Date of birth",
    "said_record_number": "Record number",
    "place": "Where",
    "label": "The label",
    "label_again": "The label, again",
    "needle_before": "The needle",
    "needle_after": "After 5 mL",
    "next_days": "See again in",
    "booking_why": "Why not booked",
}
"""Fields of a visit whose label on the page is not their name."""

register.filter("date_of", when.show_date)
register.filter("time_of", when.show_time)
register.filter("day_of", when.show_day)
register.filter("concentration", show_concentration)
register.filter("duration", show_duration)


@register.filter
def dose(dose_pg_per_day: int) -> str:
    """300 mcg/day."""
    return show_dose(dose_pg_per_day)


@register.filter
def dose_per_hour(dose_pg_per_day: int) -> str:
    """12.5 mcg/h."""
    return show_dose(dose_pg_per_day // 24, places=2).replace("/day", "/h")


@register.filter
def dose_in_full(dose_pg_per_day: int) -> str:
    """300 micrograms a day."""
    return show_dose(dose_pg_per_day).replace(f"{NO_BREAK_SPACE}mcg/day", " micrograms a day")


@register.filter
def strength_in_full(concentration_pg_per_nl: int) -> str:
    """2000 micrograms in each mL."""
    return show_concentration(concentration_pg_per_nl).replace(
        f"{NO_BREAK_SPACE}mcg/mL", f" micrograms in each{NO_BREAK_SPACE}mL"
    )


@register.filter
def dialled(number: str) -> str:
    """A telephone number as a telephone dials it: its digits, with the + of a country's code."""
    plus = "+" if number.lstrip().startswith("+") else ""
    return plus + digits(number)


@register.filter
def volume(volume_nl: int) -> str:
    """12.4 mL: to a tenth, as a syringe reads."""
    return show_volume(volume_nl, places=1)


@register.filter
def volume_in_full(volume_nl: int) -> str:
    """0.05 mL: finer than a syringe reads."""
    return show_volume(volume_nl)


@register.filter
def share(per_mille: int) -> str:
    """12.5 %, of a whole."""
    return f"{decimal_text(per_mille, 10)}{NO_BREAK_SPACE}%"


@register.filter
def quiet_until(active: ActiveAlarm, at_ms: int) -> int | None:
    """Until when an alarm is quiet because somebody acknowledged it; None where it sounds."""
    return next((to_ms for from_ms, to_ms in active.silences if from_ms <= at_ms < to_ms), None)


@register.filter
def clock_of(of_day_ms: int) -> str:
    """Milliseconds after midnight as 06:30."""
    minutes = of_day_ms // 60_000
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@register.filter
def centimetres(length_mm: int) -> str:
    """89 cm, 60.5 cm."""
    whole, tenth = divmod(length_mm, 10)
    return f"{whole}.{tenth}{NO_BREAK_SPACE}cm" if tenth else f"{whole}{NO_BREAK_SPACE}cm"


@register.filter
def mas(score_tenths: int | None) -> str:
    """A Modified Ashworth score: 15 is 1+; not known where nobody wrote one down."""
    if score_tenths is None:
        return "not known"
    return "1+" if score_tenths == 15 else str(score_tenths // 10)


@register.filter
def mass(mass_pg: int) -> str:
    """167.9 mcg."""
    return show_mass(mass_pg)


@register.filter
def rate(rate_nl_per_day: int) -> str:
    """0.15 mL/day."""
    return show_rate(rate_nl_per_day)


@register.filter
def change(old: int, new: int) -> str:
    """+20 %; "same" where nothing changes."""
    return "same" if old == new else show_change(old, new)


@register.filter
def per_mille(value: int) -> str:
    """−4.9 %, with its sign."""
    return ("+" if value > 0 else "") + f"{decimal_text(value, 10)}{NO_BREAK_SPACE}%"


@register.filter
def mixed_concentration(concentration_pg_per_ul: int) -> str:
    """1901.9 mcg/mL, of a mixture that has no label."""
    return f"{decimal_text(concentration_pg_per_ul, 1_000, places=1)}{NO_BREAK_SPACE}mcg/mL"


@register.filter
def severity_words(severity: Severity) -> str:
    """What a finding asks for."""
    return {
        Severity.NOTE: "Note",
        Severity.REASON: "Reason",
        Severity.TWO_PEOPLE: "Two people",
        Severity.BLOCK: "Blocked",
    }[severity]


@register.filter
def field_words(field: str) -> str:
    """A field's name as the page writes it."""
    step = re.fullmatch(r"(start|rate)_\d_(\d+)", field)
    if step:
        return f"Step {int(step.group(2)) + 1}: {'from' if step.group(1) == 'start' else 'dose per hour'}"
    return FIELD_WORDS.get(field) or field.replace("_", " ").capitalize()


@register.filter
def place_for(field: str, mode: str) -> str:
    """The id of the entry that a finding is about, in an order of this infusion mode; empty where there is none."""
    return place_of(field, mode=mode)


@register.filter
def after_colon(says: str) -> str:
    """What is wrong, without the field's name in front."""
    return says.split(": ", 1)[-1].rstrip(".")


@register.filter
def alarm_words(alarm: Alarm) -> str:
    """An alarm by its name."""
    return ALARM_WORDS[alarm]


@register.filter
def alarm_css(alarm: Alarm) -> str:
    """The class of an alarm's mark, as urgent as on the worklist."""
    return ALARM_URGENCY[alarm].css


@register.filter
def alarm_remedy(alarm: Alarm) -> str:
    """What to do about an alarm."""
    return ALARM_REMEDIES[alarm]
