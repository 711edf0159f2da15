"""Numbers as pages write them: always with their unit, mcg on clinical pages, micrograms in full for patients."""

from django import template

from thecal.clinic import when
from thecal.units import NO_BREAK_SPACE, show_concentration, show_dose, show_duration, show_volume

register = template.Library()

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
def volume(volume_nl: int) -> str:
    """12.4 mL: to a tenth, as a syringe reads."""
    return show_volume(volume_nl, places=1)


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
def mas(score_tenths: int) -> str:
    """A Modified Ashworth score: 15 is 1+."""
    return "1+" if score_tenths == 15 else str(score_tenths // 10)
