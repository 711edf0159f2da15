"""Integer units, exact division, and strict parsing and printing at the edges.

Inside Thecal a quantity is an `int` whose unit is the last part of its name:

    volume_nl        nanolitres            1 mL  = 1_000_000 nL
    mass_pg          picograms             1 mcg = 1_000_000 pg
    concentration_pg_per_nl                1 pg/nL is 1 mcg/mL, to the digit
    rate_nl_per_day  nanolitres a day      dose_pg_per_day  picograms a day
    ..._ms           milliseconds          DAY_MS = 86_400_000

Nothing here rounds unasked: `exact_div` refuses a remainder, `floor_div`, `ceil_div` and `round_div` say what they do.
Parsers answer with the exact integer or with BadInput that names the field and says what would be right.
"""

import re
from fractions import Fraction

from thecal.errors import BadInput, OurFault

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
NL_PER_ML = 1_000_000
PG_PER_MCG = 1_000_000
PG_PER_MG = 1_000 * PG_PER_MCG

NO_BREAK_SPACE = "\u00a0"
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2007\u2009", " "))
_MICRO = str.maketrans({"\u00b5": "u", "\u03bc": "u"})
_NUMBER = re.compile(r"([+-]?)(\d+(?:\.\d+)?)\s*([a-zA-Z%][a-zA-Z/% ]*)?")
_GROUPING = re.compile(r"\d[.,]\d{3}(?:\D|$)")

MASS_PG = {"pg": 1, "ng": 1_000, "mcg": PG_PER_MCG, "ug": PG_PER_MCG, "mg": PG_PER_MG}
VOLUME_NL = {"nl": 1, "ul": 1_000, "ml": NL_PER_ML}
TIME_MS = {"s": SECOND_MS, "min": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "day": DAY_MS, "days": DAY_MS}
CONCENTRATION = {"pg/nl": Fraction(1), "mcg/ml": Fraction(1), "ug/ml": Fraction(1), "mg/ml": Fraction(1_000)}
DOSE_PER_DAY = {f"{unit}/{per}": scale for unit, scale in MASS_PG.items() for per in ("day", "d")}
RATE_PER_DAY = {f"{unit}/{per}": scale for unit, scale in VOLUME_NL.items() for per in ("day", "d")}

LARGEST = 10**15
"""No quantity in this therapy comes near it: a 40 mL reservoir of 2000 mcg/mL holds 8e10 pg."""


def exact_div(numerator: int, denominator: int) -> int:
    """The quotient, where there is no remainder; OurFault where there is one."""
    quotient, remainder = divmod(numerator, denominator)
    if remainder:
        raise OurFault(f"{numerator} is not a multiple of {denominator}")
    return quotient


def floor_div(numerator: int, denominator: int) -> int:
    """The quotient rounded down."""
    return numerator // denominator


def ceil_div(numerator: int, denominator: int) -> int:
    """The quotient rounded up."""
    return -(-numerator // denominator)


def round_div(numerator: int, denominator: int) -> int:
    """The nearest quotient, halves to the even one; for labels and predictions, never for what is delivered."""
    return round(Fraction(numerator, denominator))


def parse_mass_pg(text: str, *, field: str) -> int:
    """ "50 mcg", "0.05 mg", "50 µg" → 50_000_000."""
    return _parse(text, field, {unit: Fraction(scale) for unit, scale in MASS_PG.items()}, "50 mcg")


def parse_volume_nl(text: str, *, field: str) -> int:
    """ "0.14 mL" → 140_000."""
    return _parse(text, field, {unit: Fraction(scale) for unit, scale in VOLUME_NL.items()}, "0.14 mL")


def parse_duration_ms(text: str, *, field: str) -> int:
    """ "30 min", "1.5 h", "2 days" → milliseconds. A bare number is refused: hours and minutes have killed."""
    return _parse(text, field, {unit: Fraction(scale) for unit, scale in TIME_MS.items()}, "30 min")


def parse_concentration_pg_per_nl(text: str, *, field: str) -> int:
    """ "500 mcg/mL" → 500; whole micrograms per millilitre above zero."""
    concentration = _parse(text, field, CONCENTRATION, "500 mcg/mL")
    if concentration == 0:
        raise BadInput(field, "a concentration of zero holds no drug", remedy="Write it as on the label: 500 mcg/mL.")
    return concentration


def parse_dose_pg_per_day(text: str, *, field: str) -> int:
    """ "300 mcg/day" → 300_000_000."""
    return _parse(text, field, {unit: Fraction(scale) for unit, scale in DOSE_PER_DAY.items()}, "300 mcg/day")


def parse_rate_nl_per_day(text: str, *, field: str) -> int:
    """ "0.6 mL/day" → 600_000."""
    return _parse(text, field, {unit: Fraction(scale) for unit, scale in RATE_PER_DAY.items()}, "0.6 mL/day")


def parse_whole(text: str, *, field: str, example: str) -> int:
    """A whole number without a unit."""
    clean = text.translate(_SPACES).strip()
    if not re.fullmatch(r"\d{1,15}", clean, re.ASCII):
        raise BadInput(field, f"{text!r} is not a whole number", remedy=f"Write it like this: {example}.")
    return int(clean)


def _parse(text: str, field: str, units: dict[str, Fraction], example: str) -> int:
    """The exact integer for "number unit", or BadInput. ASCII digits, a decimal point, one known unit."""
    right = f"Write it like this: {example}."
    clean = text.translate(_SPACES).translate(_MICRO).strip()
    if not clean:
        raise BadInput(field, "is empty", remedy=right)
    _refuse_grouping(clean, field, units)
    found = _NUMBER.fullmatch(clean) if clean.isascii() else None
    if found is None:
        raise BadInput(field, f"{text!r} is not a number with a unit", remedy=right)
    sign, digits, unit = found.groups()
    return _scale(sign, digits, unit, text, field, units, right)


def _scale(
    sign: str, digits: str, unit: str | None, text: str, field: str, units: dict[str, Fraction], right: str
) -> int:
    """Number times unit, exact, or BadInput."""
    if unit is None:
        raise BadInput(field, f"{text!r} has no unit", remedy=right)
    scale = units.get(unit.lower().strip().replace(" ", ""))
    if scale is None:
        raise BadInput(field, f"{unit.strip()!r} is not a unit it can have", remedy=right)
    if sign == "-":
        raise BadInput(field, f"{text!r} is negative", remedy=right)
    amount = Fraction(digits) * scale
    if amount.denominator != 1:
        raise BadInput(field, f"{text!r} is finer than can be counted", remedy=right)
    if amount > LARGEST:
        raise BadInput(field, f"{text!r} is absurdly large", remedy=right)
    return int(amount)


def _refuse_grouping(clean: str, field: str, units: dict[str, Fraction]) -> None:
    """A comma, or a point that might group thousands: 1,500 and 1.500 are both 1500 or 1.5 to somebody.

    A point before three digits is only ambiguous where the leading part is not zero: 0.140 groups nothing.
    """
    del units
    if "," not in clean and not re.search(r"(?<!\d)[1-9]\d{0,2}\.\d{3}(?!\d)", clean):
        return
    plain = clean.replace(",", "")
    decimal = clean.replace(",", ".")
    number = re.match(r"[\d.]+", decimal)
    if number is not None and _GROUPING.search(clean):
        whole = re.match(r"[\d]+", plain.replace(".", ""))
        meant = f"{whole.group() if whole else '1500'} or {_trim(number.group())}"
        raise BadInput(field, f"{clean!r} is ambiguous", remedy=f"Write {meant}.")
    raise BadInput(field, f"{clean!r} has a comma", remedy="Use a decimal point, and nothing between thousands.")


def _trim(number: str) -> str:
    """1.500 → 1.5"""
    return number.rstrip("0").rstrip(".") if "." in number else number


def decimal_text(value: int, scale: int, *, places: int | None = None) -> str:
    """`value / scale` in decimal: leading zero, no trailing zero, no-break spaces above 9 999.

    Exact where `places` is None (then `scale` must be a power of ten); else rounded to that many places.
    """
    sign, value = ("−", -value) if value < 0 else ("", value)
    if places is None:
        places = len(str(scale)) - 1
        assert 10**places == scale, "an exact decimal needs a scale that is a power of ten"
        scaled = value
    else:
        scaled = round_div(value * 10**places, scale)
    whole, part = divmod(scaled, 10**places)
    tail = f"{part:0{places}d}".rstrip("0") if places else ""
    return sign + _group(whole) + (f".{tail}" if tail else "")


def _group(whole: int) -> str:
    """Thousands apart by a no-break space, from 10 000 up."""
    return f"{whole:,}".replace(",", NO_BREAK_SPACE) if whole >= 10_000 else str(whole)


def show_mass(mass_pg: int, *, places: int = 1) -> str:
    """167.9 mcg."""
    return f"{decimal_text(mass_pg, PG_PER_MCG, places=places)}{NO_BREAK_SPACE}mcg"


def show_dose(dose_pg_per_day: int, *, places: int = 1) -> str:
    """300 mcg/day."""
    return f"{decimal_text(dose_pg_per_day, PG_PER_MCG, places=places)}{NO_BREAK_SPACE}mcg/day"


def show_volume(volume_nl: int, *, places: int = 4) -> str:
    """0.3358 mL."""
    return f"{decimal_text(volume_nl, NL_PER_ML, places=places)}{NO_BREAK_SPACE}mL"


def show_rate(rate_nl_per_day: int, *, places: int = 4) -> str:
    """0.15 mL/day."""
    return f"{decimal_text(rate_nl_per_day, NL_PER_ML, places=places)}{NO_BREAK_SPACE}mL/day"


def show_concentration(concentration_pg_per_nl: int) -> str:
    """2000 mcg/mL."""
    return f"{_group(concentration_pg_per_nl)}{NO_BREAK_SPACE}mcg/mL"


def show_duration(duration_ms: int) -> str:
    """13 h 26 min, to the nearest minute; 3 d 4 h from three days up."""
    minutes = round_div(duration_ms, MINUTE_MS)
    hours, minutes = divmod(minutes, 60)
    if hours >= 72:
        days, hours = divmod(hours, 24)
        return f"{days} d {hours} h".replace(" ", NO_BREAK_SPACE)
    return (f"{hours} h {minutes:02d} min" if hours else f"{minutes} min").replace(" ", NO_BREAK_SPACE)


def show_change(old: int, new: int) -> str:
    """+20 %, −4.9 %; "new" where there was nothing to compare with."""
    if old == 0:
        return "new"
    tenths = round_div((new - old) * 1_000, old)
    sign = "+" if tenths > 0 else ""
    return f"{sign}{decimal_text(tenths, 10)}{NO_BREAK_SPACE}%"
