"""Quantities at the edges: what is read is exact, what is doubtful is refused, and what is shown can be read again."""

import re
from fractions import Fraction
from typing import Protocol

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal import units
from thecal.errors import BadInput, OurFault

ORACLE: pint.UnitRegistry[Fraction] = pint.UnitRegistry(non_int_type=Fraction)


class Parser(Protocol):
    """What every parser of a quantity looks like."""

    def __call__(self, text: str, *, field: str) -> int:
        """The integer, or BadInput."""


PARSERS: dict[str, tuple[Parser, dict[str, int], str]] = {
    "mass": (units.parse_mass_pg, units.MASS_PG, "pg"),
    "volume": (units.parse_volume_nl, units.VOLUME_NL, "nL"),
    "duration": (units.parse_duration_ms, units.TIME_MS, "ms"),
    "concentration": (units.parse_concentration_pg_per_nl, units.CONCENTRATION, "pg/nL"),
    "dose": (units.parse_dose_pg_per_day, units.DOSE_PER_DAY, "pg/day"),
    "rate": (units.parse_rate_nl_per_day, units.RATE_PER_DAY, "nL/day"),
}
UNITS = [(name, unit) for name, (_, scales, _) in PARSERS.items() for unit in scales]
REAL_SPELLING = {"mcg": "ug", "ul": "uL", "ml": "mL", "nl": "nL", "d": "day", "days": "day"}


def real_unit(unit: str) -> str:
    """The unit as the oracle spells it."""
    return "/".join(REAL_SPELLING.get(part, part) for part in unit.split("/"))


def refusal(parser: Parser, text: str) -> BadInput:
    """The refusal that `text` meets."""
    with pytest.raises(BadInput) as caught:
        parser(text, field="the field")
    return caught.value


def read(parser: Parser, text: str) -> int | BadInput:
    """The quantity, or the refusal."""
    try:
        return parser(text, field="the field")
    except BadInput as refused:
        return refused


@pytest.mark.parametrize(("name", "unit"), UNITS)
def test_every_unit_is_what_an_independent_library_says_it_is(name: str, unit: str) -> None:
    """One of each unit, converted exactly by pint, is the number that the parser answers with."""
    parser, _, target = PARSERS[name]
    expected = ORACLE.Quantity(Fraction(1), real_unit(unit)).to(target).magnitude
    assert parser(f"1 {unit}", field="x") == expected


@pytest.mark.parametrize("name", PARSERS)
def test_conversions_compose(name: str) -> None:
    """Where one unit is a whole multiple of another, so many of the smaller are one of the larger."""
    parser, scales, _ = PARSERS[name]
    for large, large_scale in scales.items():
        for small, small_scale in scales.items():
            times = Fraction(large_scale, small_scale)
            if times.denominator == 1:
                assert parser(f"{times.numerator} {small}", field="x") == parser(f"1 {large}", field="x")


@pytest.mark.parametrize("name", PARSERS)
@given(whole=st.integers(1, 40))
def test_parsing_is_additive(name: str, whole: int) -> None:
    """Twice as many of a unit is twice the quantity: no offset, no step."""
    parser, scales, _ = PARSERS[name]
    for unit in scales:
        assert parser(f"{2 * whole} {unit}", field="x") == 2 * parser(f"{whole} {unit}", field="x")


@given(mass_pg=st.integers(0, 10**11))
def test_a_shown_mass_is_read_back_exactly_or_is_refused_as_ambiguous(mass_pg: int) -> None:
    """With six places a mass prints to the picogram; only a point before three digits does not read back."""
    shown = units.show_mass(mass_pg, places=6)
    number = shown.split(units.NO_BREAK_SPACE + "mcg")[0]
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", number):
        assert "ambiguous" in str(refusal(units.parse_mass_pg, shown))
    else:
        assert units.parse_mass_pg(shown, field="mass") == mass_pg


@given(tenths=st.integers(0, 10**7))
def test_a_dose_as_screens_show_it_is_read_back_exactly(tenths: int) -> None:
    """Doses are shown to a tenth of a microgram, and what is shown can be entered."""
    dose_pg_per_day = tenths * 100_000
    assert units.parse_dose_pg_per_day(units.show_dose(dose_pg_per_day), field="dose") == dose_pg_per_day


@given(volume_nl=st.integers(0, 40_000_000))
def test_a_volume_as_screens_show_it_is_read_back_to_its_last_place(volume_nl: int) -> None:
    """Four places of a millilitre are 100 nL: what is shown can be entered, and is within half of that."""
    back_nl = units.parse_volume_nl(units.show_volume(volume_nl), field="volume")
    assert abs(back_nl - volume_nl) <= 50
    assert units.show_volume(back_nl) == units.show_volume(volume_nl)
    assert units.parse_volume_nl(units.show_volume(volume_nl, places=6), field="volume") == volume_nl


@given(rate_nl_per_day=st.integers(0, 24_000_000))
def test_a_rate_to_the_nanolitre_is_read_back_exactly(rate_nl_per_day: int) -> None:
    """Six places of a millilitre a day are one nanolitre a day."""
    shown = units.show_rate(rate_nl_per_day, places=6)
    assert units.parse_rate_nl_per_day(shown, field="rate") == rate_nl_per_day


@given(concentration_pg_per_nl=st.integers(1, 100_000))
def test_a_shown_concentration_is_read_back_exactly(concentration_pg_per_nl: int) -> None:
    """Up to 100 000 mcg/mL, with the no-break space that sets thousands apart."""
    shown = units.show_concentration(concentration_pg_per_nl)
    assert units.parse_concentration_pg_per_nl(shown, field="concentration") == concentration_pg_per_nl


@pytest.mark.parametrize(
    "text",
    ["50 mcg", "50mcg", "0.05 mg", "50 µg", "50 μg", "50\u00a0mcg", "50\u202fµg", "  50 MCG ", "50.0 mcg", "50000 ng"],
)
def test_every_way_to_write_fifty_micrograms_is_exactly_that(text: str) -> None:
    """Both characters for micro, and every kind of no-break space, mean what they look like."""
    assert units.parse_mass_pg(text, field="dose") == 50_000_000


@pytest.mark.parametrize("text", ["1500 mcg/mL", "1.5 mg/mL", "1500 µg/mL", "1500 mcg / mL", "1500 pg/nL"])
def test_every_way_to_write_fifteen_hundred_is_exactly_that(text: str) -> None:
    """Units of concentration, with and without spaces around the stroke."""
    assert units.parse_concentration_pg_per_nl(text, field="concentration") == 1500


@pytest.mark.parametrize(
    ("parser", "text", "remedy"),
    [
        (units.parse_concentration_pg_per_nl, "1,500 mcg/mL", "Write 1500 or 1.5."),
        (units.parse_concentration_pg_per_nl, "1.500 mcg/mL", "Write 1500 or 1.5."),
        (units.parse_dose_pg_per_day, "1,125 mcg/day", "Write 1125 or 1.125."),
        (units.parse_dose_pg_per_day, "1.125 mcg/day", "Write 1125 or 1.1250."),
        (units.parse_mass_pg, "1,500,000 pg", "Write 1500000 or 1.5."),
        (units.parse_duration_ms, "1.500 min", "Write 1500 or 1.5."),
        (units.parse_volume_nl, "2,000 mL", "Write 2000 or 2."),
    ],
)
def test_what_may_be_read_two_ways_is_refused_and_both_readings_are_offered(
    parser: Parser, text: str, remedy: str
) -> None:
    """A comma, or a point before three digits, is a decimal sign to one reader and groups thousands for the next."""
    refused = refusal(parser, text)
    assert "ambiguous" in str(refused)
    assert refused.remedy == remedy


@pytest.mark.parametrize(
    ("parser", "text", "expected"),
    [
        (units.parse_volume_nl, "0.140 mL", 140_000),
        (units.parse_volume_nl, "2.345 mL", 2_345_000),
        (units.parse_rate_nl_per_day, "1.125 mL/day", 1_125_000),
        (units.parse_mass_pg, "1.125 mg", 1_125_000_000),
        (units.parse_dose_pg_per_day, "1.1250 mcg/day", 1_125_000),
        (units.parse_duration_ms, "1.125 h", 4_050_000),
        (units.parse_dose_pg_per_day, "10\u00a0000 mcg/day", 10_000_000_000),
    ],
)
def test_what_can_only_be_read_one_way_is_read(parser: Parser, text: str, expected: int) -> None:
    """Nobody means a thousand millilitres, milligrams or hours: there a point is a point."""
    assert parser(text, field="x") == expected


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize(
    "number", ["NaN", "nan", "inf", "-inf", "", " ", "-1", "−1", "1e3", ".5", "5.", "0x10", "½", "٣", "５", "1_000"]
)
def test_what_is_no_plain_number_is_refused(name: str, number: str) -> None:
    """Not a number, infinite, negative, in powers, half written, or in other digits."""
    parser, scales, _ = PARSERS[name]
    for unit in scales:
        assert refusal(parser, f"{number} {unit}").field == "the field"


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize(
    "text", ["", "\u00a0", "5", "5 apples", "5 %", "mcg", "5 m g", "5 m l", "5 5 mL", "5 mL/", "5 /day"]
)
def test_a_missing_or_foreign_unit_is_refused_with_an_example(name: str, text: str) -> None:
    """The remedy is an entry that this very field would take."""
    parser, _, _ = PARSERS[name]
    remedy = refusal(parser, text).remedy
    assert remedy.startswith("Write it like this: ")
    assert parser(remedy.removeprefix("Write it like this: ").removesuffix("."), field="x") > 0


@pytest.mark.parametrize("name", PARSERS)
def test_absurd_amounts_are_refused(name: str) -> None:
    """A tonne of baclofen, a lake, a thousand years; also with more digits than Python reads."""
    parser, scales, _ = PARSERS[name]
    for unit in scales:
        assert refusal(parser, f"{10**22} {unit}")
        assert refusal(parser, f"{'9' * 5_000} {unit}")


@pytest.mark.parametrize(
    ("parser", "largest", "beyond"),
    [
        (units.parse_mass_pg, "1000 mg", "1000.1 mg"),
        (units.parse_volume_nl, "1000 mL", "1000.1 mL"),
        (units.parse_duration_ms, "73200 days", "73201 days"),
        (units.parse_concentration_pg_per_nl, "1000 mg/mL", "1000.1 mg/mL"),
        (units.parse_dose_pg_per_day, "1000 mg/day", "1000.1 mg/day"),
        (units.parse_rate_nl_per_day, "1000 mL/day", "1000.1 mL/day"),
    ],
)
def test_absurd_begins_at_a_gram_a_litre_and_two_hundred_years(parser: Parser, largest: str, beyond: str) -> None:
    """Far above anything in this therapy, far below what a slip of the decimal point makes of a large dose."""
    assert parser(largest, field="x") > 0
    assert "absurdly large" in str(refusal(parser, beyond))


def test_a_long_entry_is_quoted_in_part() -> None:
    """A page of pasted text does not become a page of error; what fits is quoted whole."""
    assert "x" * 40 + "…" in str(refusal(units.parse_mass_pg, "x" * 500))
    assert len(str(refusal(units.parse_mass_pg, "x" * 500))) < 150
    assert "x" * 40 + "'" in str(refusal(units.parse_mass_pg, "x" * 40))


@pytest.mark.parametrize("text", ["0 mcg/mL", "0.0 mg/mL", "0.5 mcg/mL"])
def test_a_concentration_is_whole_and_above_zero(text: str) -> None:
    """Zero holds no drug, and a label says whole micrograms per millilitre."""
    assert refusal(units.parse_concentration_pg_per_nl, text).field == "the field"


def test_finer_than_a_picogram_is_refused_not_rounded() -> None:
    """Nothing is rounded unasked."""
    assert "finer" in str(refusal(units.parse_mass_pg, "0.0000001 mcg"))


def test_a_daily_dose_is_no_mass_and_an_hourly_one_no_daily_dose() -> None:
    """A dose per hour entered for a dose per day is off by 24: the unit must say so, and only a day will do."""
    for text in ("300 mcg", "12.5 mcg/h", "300 mcg/hour"):
        assert refusal(units.parse_dose_pg_per_day, text)
    assert refusal(units.parse_mass_pg, "300 mcg/day")


@given(st.text(max_size=60))
def test_any_text_is_a_quantity_or_a_refusal_on_one_line(text: str) -> None:
    """No entry crashes a parser, and no refusal breaks a line."""
    for parser, _, _ in PARSERS.values():
        answer = read(parser, text)
        if isinstance(answer, BadInput):
            assert answer.remedy
            assert len(str(answer).splitlines()) == 1
        else:
            assert answer >= 0


@given(
    number=st.from_regex(r"[+-]?[0-9]{1,7}([.,][0-9]{1,6})?", fullmatch=True),
    space=st.sampled_from(["", " ", "\u00a0", "\u202f"]),
    unit=st.sampled_from(["mcg", "µg", "μg", "ug", "mg", "ng", "pg", "MG", "g", "mL"]),
)
def test_what_is_accepted_means_the_same_to_an_independent_library(number: str, space: str, unit: str) -> None:
    """Where the parser accepts, pint reads the same text as the same mass, exactly."""
    mass_pg = read(units.parse_mass_pg, f"{number}{space}{unit}")
    if isinstance(mass_pg, BadInput):
        return
    real = unit.lower().translate({0xB5: "u", 0x3BC: "u"})
    assert ORACLE.Quantity(Fraction(number), real_unit(real)).to("pg").magnitude == mass_pg


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1,000", "٣", "1 2", "9" * 16])
def test_a_whole_number_is_digits_only(text: str) -> None:
    """Anything else is refused, and the example says what would be right."""
    with pytest.raises(BadInput, match="Write it like this: 13"):
        units.parse_whole(text, field="steps", example="13")


def test_a_whole_number_is_read() -> None:
    """Surrounding spaces of any kind do no harm."""
    assert units.parse_whole("\u00a013 ", field="steps", example="13") == 13


@given(numerator=st.integers(), denominator=st.integers(1, 10**12))
def test_the_divisions_do_what_their_names_say(numerator: int, denominator: int) -> None:
    """Floor and ceiling enclose the true quotient, the rounded one is nearest, the exact one admits no remainder."""
    true = Fraction(numerator, denominator)
    low, high = units.floor_div(numerator, denominator), units.ceil_div(numerator, denominator)
    assert low <= true <= high
    assert high - low == (0 if true.denominator == 1 else 1)
    assert abs(units.round_div(numerator, denominator) - true) <= Fraction(1, 2)
    assert units.exact_div(numerator * denominator, denominator) == numerator


def test_an_exact_division_with_a_remainder_is_our_fault() -> None:
    """Whoever asks for an exact quotient where there is none has made a mistake."""
    with pytest.raises(OurFault, match="7 is not a multiple of 2"):
        units.exact_div(7, 2)


def test_halves_round_to_even() -> None:
    """So that rounding many numbers leans to neither side."""
    assert [units.round_div(n, 2) for n in (1, 3, 5, -1, -3)] == [0, 2, 2, 0, -2]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (units.show_mass(167_900_000), "167.9 mcg"),
        (units.show_dose(300_000_000), "300 mcg/day"),
        (units.show_dose(1_901_900_000), "1901.9 mcg/day"),
        (units.show_volume(335_800), "0.3358 mL"),
        (units.show_mass(167_940_000), "167.9 mcg"),
        (units.show_dose(299_960_000), "300 mcg/day"),
        (units.show_dose(299_940_000), "299.9 mcg/day"),
        (units.show_volume(335_849), "0.3358 mL"),
        (units.show_rate(150_049), "0.15 mL/day"),
        (units.show_volume(20_000_000), "20 mL"),
        (units.show_rate(150_000), "0.15 mL/day"),
        (units.show_concentration(2_000), "2000 mcg/mL"),
        (units.show_concentration(10_000), "10 000 mcg/mL"),
        (units.show_duration(48_360_000), "13 h 26 min"),
        (units.show_duration(29_999), "0 min"),
        (units.show_duration(30 * units.MINUTE_MS), "30 min"),
        (units.show_duration(3_600_000), "1 h 00 min"),
        (units.show_duration(71 * units.HOUR_MS), "71 h 00 min"),
        (units.show_duration(72 * units.HOUR_MS - 1), "72 h 00 min"),
        (units.show_duration(72 * units.HOUR_MS), "3 d"),
        (units.show_duration(76 * units.HOUR_MS), "3 d 4 h"),
        (units.show_duration(0), "0 min"),
        (units.show_duration(-90 * units.MINUTE_MS), "−1 h 30 min"),
        (units.show_change(100, 120), "+20 %"),
        (units.show_change(2_000_000, 1_901_900), "−4.9 %"),
        (units.show_change(0, 1), "new"),
        (units.show_change(1, 11), "+1000 %"),
        (units.show_change(1_000, 1_001), "+0.1 %"),
        (units.show_change(7, 7), "0 %"),
        (units.decimal_text(-1_500_000, 1_000_000), "−1.5"),
        (units.decimal_text(5, 1_000), "0.005"),
        (units.decimal_text(-1, 1_000_000, places=2), "0"),
    ],
)
def test_quantities_are_shown_as_clinicians_write_them(shown: str, expected: str) -> None:
    """A leading zero, no trailing zero, a true minus, and spaces that do not break."""
    assert shown == expected.replace(" ", units.NO_BREAK_SPACE)


def test_an_exact_decimal_needs_a_power_of_ten() -> None:
    """A third has no exact decimal, so it must be asked for with a number of places."""
    with pytest.raises(AssertionError, match="power of ten"):
        units.decimal_text(1, 3)
    assert units.decimal_text(1, 3, places=3) == "0.333"
