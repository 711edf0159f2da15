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
from dataclasses import dataclass
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
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u202f]\d{3})+(?!\d)", re.ASCII)
_NUMBER = re.compile(r"([+-]?)(\d+(?:\.\d+)?) ?([a-zA-Z]+(?: ?/ ?[a-zA-Z]+)?)?", re.ASCII)
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])", re.ASCII)
_POINT_GROUPS = re.compile(r"[1-9]\d{0,2}\.\d{3}(?!\d)", re.ASCII)
_MOST_CHARACTERS = 40

MASS_PG = {"pg": 1, "ng": 1_000, "mcg": PG_PER_MCG, "ug": PG_PER_MCG, "mg": PG_PER_MG}
VOLUME_NL = {"nl": 1, "ul": 1_000, "ml": NL_PER_ML}
TIME_MS = {"s": SECOND_MS, "min": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "day": DAY_MS, "days": DAY_MS}
CONCENTRATION = {"pg/nl": 1, "mcg/ml": 1, "ug/ml": 1, "mg/ml": 1_000}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quantity:
    """What a field can hold: its units, the largest value that is not absurd, and what a right entry looks like."""

    units: dict[str, int]
    largest: int
    example: str

    @property
    def right(self) -> str:
        """What to do instead."""
        return f"Write it like this: {self.example}."


_MASS = _Quantity(units=MASS_PG, largest=1_000 * PG_PER_MG, example="50 mcg")
_VOLUME = _Quantity(units=VOLUME_NL, largest=1_000 * NL_PER_ML, example="0.14 mL")
_DURATION = _Quantity(units=TIME_MS, largest=200 * 366 * DAY_MS, example="30 min")
_CONCENTRATION = _Quantity(units=CONCENTRATION, largest=1_000_000, example="500 mcg/mL")
_DOSE = _Quantity(units=DOSE_PER_DAY, largest=1_000 * PG_PER_MG, example="300 mcg/day")
_RATE = _Quantity(units=RATE_PER_DAY, largest=1_000 * NL_PER_ML, example="0.6 mL/day")


def parse_mass_pg(text: str, *, field: str) -> int:
    """Read a mass of drug, in pg.

    >>> parse_mass_pg("50 mcg", field="dose") == parse_mass_pg("0.05 mg", field="dose") == 50_000_000
    True
    """
    return _parse(text, field, _MASS)


def parse_volume_nl(text: str, *, field: str) -> int:
    """Read a volume, in nL.

    >>> parse_volume_nl("0.14 mL", field="tubing")
    140000
    """
    return _parse(text, field, _VOLUME)


def parse_duration_ms(text: str, *, field: str) -> int:
    """Read a length of time, in ms. A bare number is refused: hours and minutes have killed.

    >>> parse_duration_ms("1.5 h", field="duration")
    5400000
    """
    return _parse(text, field, _DURATION)


def parse_concentration_pg_per_nl(text: str, *, field: str) -> int:
    """Read a concentration: whole micrograms per millilitre, above zero.

    >>> parse_concentration_pg_per_nl("0.5 mg/mL", field="concentration")
    500
    """
    concentration_pg_per_nl = _parse(text, field, _CONCENTRATION)
    if concentration_pg_per_nl == 0:
        raise BadInput(field, "a concentration of zero holds no drug", remedy="Write it as on the label: 500 mcg/mL.")
    return concentration_pg_per_nl


def parse_dose_pg_per_day(text: str, *, field: str) -> int:
    """Read a daily dose, in pg/day.

    >>> parse_dose_pg_per_day("300 mcg/day", field="dose")
    300000000
    """
    return _parse(text, field, _DOSE)


def parse_rate_nl_per_day(text: str, *, field: str) -> int:
    """Read a rate, which is volume, in nL/day.

    >>> parse_rate_nl_per_day("0.6 mL/day", field="rate")
    600000
    """
    return _parse(text, field, _RATE)


def parse_whole(text: str, *, field: str, example: str) -> int:
    """Read a whole number without a unit, up to fifteen digits."""
    clean = text.translate(_SPACES).strip()
    if not re.fullmatch(r"\d{1,15}", clean, re.ASCII):
        raise BadInput(field, f"{_quote(text)} is not a whole number", remedy=f"Write it like this: {example}.")
    return int(clean)


def _parse(text: str, field: str, quantity: _Quantity) -> int:
    """Return the exact integer for "number unit", or BadInput: ASCII digits, a decimal point, one known unit."""
    clean = _GROUPED.sub(_ungroup, text.strip(), count=1).translate(_SPACES).translate(_MICRO)
    clean = " ".join(clean.split())
    if not clean:
        raise BadInput(field, "is empty", remedy=quantity.right)
    _refuse_comma(clean, field)
    found = _NUMBER.fullmatch(clean) if len(clean) <= _MOST_CHARACTERS else None
    if found is None:
        raise BadInput(field, f"{_quote(text)} is not a number with a unit", remedy=quantity.right)
    sign, digits, unit = found.groups()
    if unit is None:
        raise BadInput(field, f"{_quote(text)} has no unit", remedy=quantity.right)
    scale = quantity.units.get(unit.lower().replace(" ", ""))
    if scale is None:
        raise BadInput(field, f"{unit!r} is not a unit it can have", remedy=quantity.right)
    if sign == "-":
        raise BadInput(field, f"{_quote(text)} is negative", remedy=quantity.right)
    _refuse_grouping_point(digits, unit, field)
    return _whole(Fraction(digits) * scale, text, field, quantity)


def _whole(amount: Fraction, text: str, field: str, quantity: _Quantity) -> int:
    """Return `amount` as the integer that it must be."""
    if amount.denominator != 1:
        raise BadInput(field, f"{_quote(text)} is finer than can be counted", remedy=quantity.right)
    if amount > quantity.largest:
        raise BadInput(field, f"{_quote(text)} is absurdly large", remedy=quantity.right)
    return int(amount)


def _refuse_comma(clean: str, field: str) -> None:
    """Refuse a comma: 1,500 is fifteen hundred to one reader and one and a half to the next."""
    groups = _COMMA_GROUPS.match(clean.lstrip("+-"))
    if groups is not None:
        whole, decimal = groups[0].replace(",", ""), groups[0].replace(",", ".", 1).replace(",", "")
        raise BadInput(field, f"{_quote(clean)} is ambiguous", remedy=f"Write {whole} or {_trim(decimal)}.")
    if "," in clean:
        raise BadInput(
            field, f"{_quote(clean)} has a comma", remedy="Use a decimal point, and nothing between thousands."
        )


def _refuse_grouping_point(digits: str, unit: str, field: str) -> None:
    """Refuse a point before three digits where a thousand times as much is as likely: 1.500 mcg, 1.500 min.

    A thousand millilitres, milligrams, hours or days nobody means; there a point is a point. 0.140 groups nothing.
    """
    if unit.lower().startswith(("ml", "mg", "h", "d")) or not _POINT_GROUPS.fullmatch(digits):
        return
    decimal = _trim(digits)
    meant = f"{digits.replace('.', '')} or {decimal if decimal != digits else digits + '0'}"
    raise BadInput(field, f"{digits!r} is ambiguous", remedy=f"Write {meant}.")


def _ungroup(groups: re.Match[str]) -> str:
    """Join the thousands that our own screens set apart by a no-break space."""
    return groups[0].replace(NO_BREAK_SPACE, "").replace("\u202f", "")


def _quote(text: str) -> str:
    """Quote an entry on one line, cut where it is long."""
    return repr(text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + "…")


def _trim(number: str) -> str:
    """Drop trailing zeros: 1.500 is 1.5."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def decimal_text(value: int, scale: int, *, places: int | None = None) -> str:
    """Write `value / scale` in decimal: leading zero, no trailing zero, no-break spaces above 9 999.

    Exact where `places` is None (then `scale` must be a power of ten); else rounded to that many places.
    """
    if places is None:
        places = len(str(scale)) - 1
        assert 10**places == scale, "an exact decimal needs a scale that is a power of ten"
        scaled = value
    else:
        scaled = round_div(value * 10**places, scale)
    sign = "−" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), 10**places)
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
    """13 h 26 min, to the nearest minute; 3 d 4 h, to the nearest hour, from three days up; 7 d."""
    if abs(duration_ms) < 3 * DAY_MS:
        hours, minutes = divmod(round_div(abs(duration_ms), MINUTE_MS), 60)
        shown = f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
    else:
        days, hours = divmod(round_div(abs(duration_ms), HOUR_MS), 24)
        shown = f"{days} d {hours} h" if hours else f"{days} d"
    return f"{'−' if duration_ms < 0 else ''}{shown}".replace(" ", NO_BREAK_SPACE)


def show_change(old: int, new: int) -> str:
    """+20 %, −4.9 %; "new" where there was nothing to compare with."""
    if old == 0:
        return "new"
    tenths = round_div((new - old) * 1_000, old)
    sign = "+" if tenths > 0 else ""
    return f"{sign}{decimal_text(tenths, 10)}{NO_BREAK_SPACE}%"
