"""What a scenario file writes as text: quantities with units, times of day, durations, an instant.

Each type reads one form exactly and refuses the rest; the refusal says what would be right. `refusal` is the one shape
of every refusal, so that `thecal.scenario.reading` can turn it into one line that names the field.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from thecal.body.anatomy import TIP_LEVELS
from thecal.errors import BadInput
from thecal.units import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    NL_PER_ML,
    PG_PER_MG,
    decimal_text,
    floor_div,
    parse_concentration_pg_per_nl,
    parse_dose_pg_per_day,
    parse_duration_ms,
    parse_mass_pg,
    parse_rate_nl_per_day,
    parse_volume_nl,
)

Parser = Callable[[str], int]

LONGEST_TEXT = 500
YEARS = range(2000, 2101)
LUMBAR_LEVELS = ("L2", "L3", "L4", "L5", "S1")
"""Where a needle meets no cord: it ends at the disc below L1 in an adult."""
_HERE = "here"
_LENGTH = re.compile(r"(\d{1,4})(?:\.(\d))? ?cm", re.ASCII)
_WEIGHT = re.compile(r"(\d{1,3})(?:\.(\d))? ?kg", re.ASCII)
_SHARE = re.compile(r"(\d{1,3})(?:\.(\d))? ?%", re.ASCII)
_KELVIN = re.compile(r"(-?)(\d{1,2})(?:\.(\d))? ?K", re.ASCII)
_PER_MILLION = re.compile(r"-?\d{1,6} ?ppm", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)

# Beyond these, an entry is a slip of the hand. They bound what is simulated; they are no limits of therapy.
LARGEST_DOSE_PG_PER_DAY = 100 * PG_PER_MG
LARGEST_CONCENTRATION_PG_PER_NL = 20_000
LARGEST_VOLUME_NL = 100 * NL_PER_ML
LARGEST_RATE_NL_PER_DAY = 1_000 * NL_PER_ML
LARGEST_DRIFT_PER_MILLION = 100_000
LARGEST_LENGTH_MM = 2_000
TALLEST_MM = 3_000
HEAVIEST_G = 400_000
LARGEST_PER_CM_NL = 100_000
LONGEST_MS = 20 * 366 * DAY_MS


def refusal(says: str, *, remedy: str, at: str = "") -> PydanticCustomError:
    """What is wrong and what would be right; `at` is the rest of the path, from where the validator stands."""
    return PydanticCustomError("refused", "{says}", {"says": says, "remedy": remedy, "at": at})


def _reader(parse: Parser, example: str, *, least: int = 1, most: int) -> Callable[[object], int]:
    """A validator that takes text only, and answers with the integer between `least` and `most`."""
    right = f"Write it like this: {example}."

    def read(value: object) -> int:
        if not isinstance(value, str):
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            raise refusal(f"{value!r} has no unit" if is_number else "is not text with a unit", remedy=right)
        try:
            amount = parse(value)
        except BadInput as wrong:
            raise refusal(wrong.says.removeprefix(f"{_HERE}: "), remedy=wrong.remedy) from None
        if not least <= amount <= most:
            raise refusal(f"{value!r} is " + ("nothing" if amount < least else "absurdly large"), remedy=right)
        return amount

    return read


def text_schema(example: str, what: str) -> WithJsonSchema:
    """How the published schema describes such a text."""
    return WithJsonSchema({"type": "string", "description": what, "examples": [example]})


def _dose_rate(text: str) -> int:
    """Read "12.5 mcg/h", in pg an hour; a daily dose in this place is 24 times too much."""
    mass, _, per = text.rpartition("/")
    if per.strip() != "h":
        raise BadInput(_HERE, f"{text[:40]!r} is not a dose per hour", remedy="Write it like this: 12.5 mcg/h.")
    return parse_mass_pg(mass, field=_HERE)


def _length_mm(text: str) -> int:
    """Read "89 cm" or "89.5 cm", in mm."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise BadInput(_HERE, f"{text[:40]!r} is not a length in centimetres", remedy="Write it like this: 89 cm.")
    return int(found[1]) * 10 + int(found[2] or 0)


def _weight_g(text: str) -> int:
    """Read "62 kg" or "62.5 kg", in grams."""
    found = _WEIGHT.fullmatch(text)
    if found is None:
        raise BadInput(_HERE, f"{text[:40]!r} is not a weight in kilograms", remedy="Write it like this: 62 kg.")
    return int(found[1]) * 1_000 + int(found[2] or 0) * 100


def _per_cm_nl(text: str) -> int:
    """Read "0.0022 mL/cm", in nL a centimetre."""
    volume, _, per = text.rpartition("/")
    if per.strip() != "cm":
        says = f"{text[:40]!r} is not a volume per centimetre"
        raise BadInput(_HERE, says, remedy="Write it like this: 0.0022 mL/cm.")
    return parse_volume_nl(volume, field=_HERE)


def _per_mille(text: str) -> int:
    """Read "30 %" or "14.5 %", in per mille."""
    found = _SHARE.fullmatch(text)
    if found is None:
        raise BadInput(_HERE, f"{text[:40]!r} is not a share in per cent", remedy="Write it like this: 30 %.")
    return int(found[1]) * 10 + int(found[2] or 0)


def _warmer_dk(value: object) -> int:
    """Read "1.5 K" or "-2 K", in tenths of a kelvin; negative is colder."""
    found = _KELVIN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise refusal("is not a difference of temperature", remedy="Write it like this: 1.5 K, or -1.5 K for colder.")
    tenths = int(found[2]) * 10 + int(found[3] or 0)
    return -tenths if found[1] else tenths


def _per_million(value: object) -> int:
    """Read "50 ppm", which gains, or "-50 ppm", which loses."""
    right = "Write it like this: 50 ppm, or -50 ppm for a clock that loses."
    if not isinstance(value, str) or not _PER_MILLION.fullmatch(value):
        raise refusal("is not a drift in millionths", remedy=right)
    drift = int(value.removesuffix("ppm"))
    if abs(drift) > LARGEST_DRIFT_PER_MILLION:
        raise refusal(f"{value!r} is absurdly large", remedy=right)
    return drift


def _time_of_day(value: object) -> int:
    """Read "06:00", in ms after local midnight; "24:00" is the end of the day."""
    found = _TIME_OF_DAY.fullmatch(value) if isinstance(value, str) else None
    at_ms = int(found[1]) * HOUR_MS + int(found[2]) * MINUTE_MS if found else DAY_MS + 1
    if at_ms > DAY_MS:
        raise refusal(f"{value!r} is not a time of day", remedy="Write hours and minutes, 00:00 to 24:00: 06:00.")
    return at_ms


def _instant(value: object) -> datetime:
    """Read "2026-03-02T08:00+01:00"; without an offset nobody could say which instant it is."""
    right = "Write date, time and offset from UTC: 2026-03-02T08:00+01:00."
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None:
        raise refusal(f"{value!r} is not a date and time", remedy=right)
    offset = at.utcoffset()
    if offset is None or offset % timedelta(minutes=1) or abs(offset) > timedelta(hours=14):
        raise refusal(f"{value!r} has no offset from UTC in whole minutes", remedy=right)
    if at.year not in YEARS:
        raise refusal(f"the year {at.year} is absurd", remedy=right)
    return at


def _level(value: str) -> str:
    if value not in TIP_LEVELS:
        remedy = f"Use a level from {TIP_LEVELS[0]} to {TIP_LEVELS[-1]}, such as T10."
        raise refusal(f"{value!r} is no level that a tip or a needle can lie at", remedy=remedy)
    return value


def _lumbar(value: str) -> str:
    if value not in LUMBAR_LEVELS:
        remedy = f"Use a level below the cord: {', '.join(LUMBAR_LEVELS)}."
        raise refusal(f"{value!r} is no level for a lumbar puncture", remedy=remedy)
    return value


def _printable(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise refusal("is not one line of text", remedy="Write a few words.")
    return value


def instant_ms(at: datetime) -> int:
    """Unix milliseconds, UTC."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _volume(text: str) -> int:
    return parse_volume_nl(text, field=_HERE)


def _dose(text: str) -> int:
    return parse_dose_pg_per_day(text, field=_HERE)


def _mass(text: str) -> int:
    return parse_mass_pg(text, field=_HERE)


def _rate(text: str) -> int:
    return parse_rate_nl_per_day(text, field=_HERE)


def _concentration(text: str) -> int:
    return parse_concentration_pg_per_nl(text, field=_HERE)


def _duration(text: str) -> int:
    return parse_duration_ms(text, field=_HERE)


def share(most_per_mille: int, *, least_per_mille: int = 1) -> BeforeValidator:
    """A validator of a share in per cent, to the nearest per mille."""
    example = f"30 %, at most {decimal_text(most_per_mille, 10)} %"
    return BeforeValidator(_reader(_per_mille, example, least=least_per_mille, most=most_per_mille))


def volume_within(most_nl: int) -> BeforeValidator:
    """A validator of a volume that may be nothing, and no more than `most_nl`."""
    example = f"0.005 mL, at most {decimal_text(most_nl, NL_PER_ML)} mL"
    return BeforeValidator(_reader(_volume, example, least=0, most=most_nl))


def wait_within(most_ms: int) -> BeforeValidator:
    """A validator of a duration that may be nothing, and no more than `most_ms`."""
    example = f"6 h, at most {floor_div(most_ms, HOUR_MS)} h"
    return BeforeValidator(_reader(_duration, example, least=0, most=most_ms))


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_printable)]
Level = Annotated[str, AfterValidator(_level), WithJsonSchema({"enum": list(TIP_LEVELS)})]
LumbarLevel = Annotated[str, AfterValidator(_lumbar), WithJsonSchema({"enum": list(LUMBAR_LEVELS)})]
Dose = Annotated[
    int,
    BeforeValidator(_reader(_dose, "300 mcg/day", most=LARGEST_DOSE_PG_PER_DAY)),
    text_schema("300 mcg/day", "mass a day"),
]
DoseRate = Annotated[
    int,
    BeforeValidator(_reader(_dose_rate, "12.5 mcg/h", most=floor_div(LARGEST_DOSE_PG_PER_DAY, 24))),
    text_schema("12.5 mcg/h", "mass an hour"),
]
DoseRateOrNone = Annotated[
    int,
    BeforeValidator(_reader(_dose_rate, "8 mcg/h", least=0, most=floor_div(LARGEST_DOSE_PG_PER_DAY, 24))),
    text_schema("8 mcg/h", "mass an hour, or 0 mcg/h"),
]
Mass = Annotated[
    int, BeforeValidator(_reader(_mass, "30 mcg", most=LARGEST_DOSE_PG_PER_DAY)), text_schema("30 mcg", "mass of drug")
]
Concentration = Annotated[
    int,
    BeforeValidator(_reader(_concentration, "500 mcg/mL", most=LARGEST_CONCENTRATION_PG_PER_NL)),
    text_schema("500 mcg/mL", "mass in a volume, as on the label"),
]
Volume = Annotated[
    int, BeforeValidator(_reader(_volume, "20 mL", most=LARGEST_VOLUME_NL)), text_schema("20 mL", "volume above zero")
]
VolumeOrNone = Annotated[
    int,
    BeforeValidator(_reader(_volume, "0.14 mL", least=0, most=LARGEST_VOLUME_NL)),
    text_schema("0.14 mL", "volume, or 0 mL"),
]
Length = Annotated[
    int,
    BeforeValidator(_reader(_length_mm, "89 cm", most=LARGEST_LENGTH_MM)),
    text_schema("89 cm", "length after trimming"),
]
Height = Annotated[
    int, BeforeValidator(_reader(_length_mm, "165 cm", most=TALLEST_MM)), text_schema("165 cm", "height of a person")
]
Weight = Annotated[
    int, BeforeValidator(_reader(_weight_g, "62 kg", most=HEAVIEST_G)), text_schema("62 kg", "weight of a person")
]
VolumePerCm = Annotated[
    int,
    BeforeValidator(_reader(_per_cm_nl, "0.0022 mL/cm", most=LARGEST_PER_CM_NL)),
    text_schema("0.0022 mL/cm", "the catheter's volume per centimetre"),
]
Duration = Annotated[
    int, BeforeValidator(_reader(_duration, "2 days", most=LONGEST_MS)), text_schema("2 days", "duration above zero")
]
SinceStart = Annotated[
    int,
    BeforeValidator(_reader(_duration, "2 days", least=0, most=LONGEST_MS)),
    text_schema("2 days", "time from the start"),
]
Wait = Annotated[
    int,
    BeforeValidator(_reader(_duration, "20 min", least=0, most=LONGEST_MS)),
    text_schema("20 min", "duration, or 0 h"),
]
Rate = Annotated[
    int,
    BeforeValidator(_reader(_rate, "24 mL/day", most=LARGEST_RATE_NL_PER_DAY)),
    text_schema("24 mL/day", "volume a day"),
]
Kelvin = Annotated[
    int, BeforeValidator(_warmer_dk), text_schema("1.5 K", "warmer than the body should be; -1.5 K: colder")
]
PerMillion = Annotated[
    int, BeforeValidator(_per_million), text_schema("50 ppm", "what a clock gains; -50 ppm: what it loses")
]
TimeOfDay = Annotated[int, BeforeValidator(_time_of_day), text_schema("06:00", "local time, 00:00 to 24:00")]
Instant = Annotated[
    datetime, BeforeValidator(_instant), text_schema("2026-03-02T08:00+01:00", "ISO 8601 with an offset")
]
Mas = Literal["0", "1", "1+", "2", "3", "4"]
