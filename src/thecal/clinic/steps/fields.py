"""What may be entered into a sheet: each kind takes text, gives a plain value in the unit of its name, and says it.

An entry that nobody makes is None: not known. No entry is required by a form; what must be known is a rule's to say.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from thecal.clinic import typed
from thecal.clinic.when import show_date, show_time
from thecal.errors import BadInput
from thecal.units import (
    NL_PER_ML,
    NO_BREAK_SPACE,
    PG_PER_MCG,
    SECOND_MS,
    decimal_text,
    show_concentration,
    show_dose,
    show_mass,
    show_volume,
)

NOT_KNOWN = "not known"
AS_RECORDED = "when it was recorded"
MM_PER_CM = 10
FEW = 6
"""As many choices are shown at once; more become a list to open."""
Choices = Sequence[tuple[str, str]]


class Entry(forms.Field):
    """One entry of a sheet. `show` says a value in words, `retype` is the text that means it again."""

    unit = ""

    def __init__(self, label: str, *, help_text: str = "", **more: Any) -> None:
        super().__init__(label=label, help_text=help_text, required=False, **more)

    def show(self, value: Any) -> str:
        """The value as people read it."""
        return NOT_KNOWN if value is None else str(value)

    def retype(self, value: Any) -> str:
        """The value as it would be typed."""
        return "" if value is None else str(value)


class Choice(Entry):
    """One of several: the choice's key, None where none is chosen."""

    def __init__(self, label: str, choices: Choices, *, help_text: str = "") -> None:
        self.choices = tuple(choices)
        few = len(self.choices) <= FEW
        shown = [*self.choices, ("", "Not known")] if few else [("", "Not known"), *self.choices]
        widget = forms.RadioSelect(choices=shown) if few else forms.Select(choices=shown)
        super().__init__(label, help_text=help_text, widget=widget)

    def to_python(self, value: Any) -> str | None:
        """The key; anything else is refused."""
        if value in {None, ""}:
            return None
        if value not in dict(self.choices):
            raise ValidationError("Choose one of the answers that are offered.")
        return str(value)

    def show(self, value: Any) -> str:
        """The choice's words."""
        return NOT_KNOWN if value is None else dict(self.choices).get(value, str(value))


class YesNo(Choice):
    """Yes is True, no is False; not known, or not answered, is None."""

    def __init__(self, label: str, *, help_text: str = "") -> None:
        super().__init__(label, (("yes", "Yes"), ("no", "No")), help_text=help_text)

    def clean(self, value: Any) -> Any:
        """True, False or None."""
        return {"yes": True, "no": False}.get(self.to_python(value) or "")

    def show(self, value: Any) -> str:
        """Yes, no, or not known."""
        return {True: "yes", False: "no"}.get(value, NOT_KNOWN)

    def retype(self, value: Any) -> str:
        """The key of the answer."""
        return {True: "yes", False: "no"}.get(value, "")


class Several(Entry):
    """Any number of choices: their keys in the order offered; an empty list where none is ticked."""

    def __init__(self, label: str, choices: Choices, *, help_text: str = "") -> None:
        self.choices = tuple(choices)
        super().__init__(label, help_text=help_text, widget=forms.CheckboxSelectMultiple(choices=self.choices))

    def to_python(self, value: Any) -> list[str]:
        """The keys; an unknown one is refused."""
        ticked = set(value or ())
        if not ticked <= set(dict(self.choices)):
            raise ValidationError("Tick only what is offered.")
        return [key for key, _ in self.choices if key in ticked]

    def show(self, value: Any) -> str:
        """The words of what is ticked."""
        words = dict(self.choices)
        return ", ".join(words.get(key, key) for key in value) if value else "none ticked"

    def retype(self, value: Any) -> Any:
        """The keys again."""
        return list(value or ())


class Text(Entry):
    """Words; None where there are none."""

    def __init__(self, label: str, *, help_text: str = "", longest: int = 400, rows: int = 0) -> None:
        attrs = {"maxlength": str(longest), "autocomplete": "off"}
        widget = forms.Textarea(attrs={**attrs, "rows": str(rows)}) if rows else forms.TextInput(attrs=attrs)
        self.longest = longest
        super().__init__(label, help_text=help_text, widget=widget)

    def to_python(self, value: Any) -> str | None:
        """The words, without spaces around them."""
        words = str(value or "").strip()
        if len(words) > self.longest:
            raise ValidationError(f"Write at most {self.longest} characters.")
        return words or None


class Typed(Entry):
    """A quantity that is typed with the unit printed beside it."""

    example = ""

    def __init__(self, label: str, *, unit: str = "", help_text: str = "") -> None:
        self.unit = unit or self.unit
        attrs = {"inputmode": "decimal", "autocomplete": "off", "size": "8"}
        super().__init__(label, help_text=help_text, widget=forms.TextInput(attrs=attrs))

    def read(self, text: str) -> Any:
        """The value of a text that is not empty; BadInput where it has none."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        """The value, None where nothing is typed."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return self.read(text)
        except BadInput as wrong:
            says = wrong.says.split(": ", 1)[-1].rstrip(".")
            raise ValidationError(f"{says[:1].upper()}{says[1:]}. {wrong.remedy}") from wrong


class Number(Typed):
    """A number with `places` decimals between two bounds, as a whole number of its smallest step: 37.5 is 375."""

    def __init__(
        self, label: str, *, low: int, high: int, unit: str = "", places: int = 0, help_text: str = ""
    ) -> None:
        self.low, self.high, self.places = low, high, places
        self.scale: int = 10**places
        super().__init__(label, unit=unit, help_text=help_text)

    def read(self, text: str) -> int:
        """The number of smallest steps; bounds are in the unit that is typed."""
        bare = text.removesuffix(self.unit).strip() if self.unit else text
        if not re.fullmatch(r"\d+(\.\d+)?", bare, re.ASCII):
            raise BadInput("number", f"{text!r} is not a number", remedy=self._right())
        whole, _, digits = bare.partition(".")
        if len(digits) > self.places:
            raise BadInput("number", f"{text!r} is finer than can be kept", remedy=self._right())
        value = int(whole) * self.scale + int(digits.ljust(self.places, "0") or "0")
        if not self.low * self.scale <= value <= self.high * self.scale:
            raise BadInput("number", f"{text!r} is out of range", remedy=self._right())
        return value

    def _right(self) -> str:
        finest = "" if not self.places else f", with at most {self.places} digits after the point"
        return f"Write {self.low} to {self.high}{f' {self.unit}' if self.unit else ''}{finest}."

    def show(self, value: Any) -> str:
        """The number with its unit."""
        if value is None:
            return NOT_KNOWN
        text = decimal_text(value, self.scale)
        return f"{text}{NO_BREAK_SPACE}{self.unit}" if self.unit else text

    def retype(self, value: Any) -> str:
        """The number alone."""
        return "" if value is None else decimal_text(value, self.scale).replace(NO_BREAK_SPACE, "")


class Mass(Typed):
    """A dose in micrograms, as pg."""

    unit = "mcg"

    def read(self, text: str) -> int:
        """Micrograms only."""
        return typed.mass_pg(text, field="dose")

    def show(self, value: Any) -> str:
        """50 mcg."""
        return NOT_KNOWN if value is None else show_mass(value)

    def retype(self, value: Any) -> str:
        """50."""
        return "" if value is None else _plain(value, PG_PER_MCG)


class DailyDose(Typed):
    """A daily dose, as pg/day."""

    unit = "mcg/day"

    def read(self, text: str) -> int:
        """Micrograms a day only."""
        return typed.dose_pg_per_day(text, field="dose")

    def show(self, value: Any) -> str:
        """300 mcg/day."""
        return NOT_KNOWN if value is None else show_dose(value)

    def retype(self, value: Any) -> str:
        """300."""
        return "" if value is None else _plain(value, PG_PER_MCG)


class Concentration(Typed):
    """A concentration as on the label, as pg/nL."""

    unit = "mcg/mL"

    def read(self, text: str) -> int:
        """As the label writes it."""
        return typed.concentration_pg_per_nl(text, field="concentration")

    def show(self, value: Any) -> str:
        """2000 mcg/mL."""
        return NOT_KNOWN if value is None else show_concentration(value)


class Volume(Typed):
    """A volume, as nL."""

    unit = "mL"

    def read(self, text: str) -> int:
        """As a syringe reads it."""
        return typed.volume_nl(text, field="volume")

    def show(self, value: Any) -> str:
        """18.2 mL."""
        return NOT_KNOWN if value is None else show_volume(value)

    def retype(self, value: Any) -> str:
        """18.2."""
        return "" if value is None else _plain(value, NL_PER_ML)


class Day(Entry):
    """A day of the calendar, as 2026-03-03."""

    def __init__(self, label: str, *, help_text: str = "") -> None:
        super().__init__(label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}))

    def to_python(self, value: Any) -> str | None:
        """The day; a day that does not exist is refused."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValidationError("This is no day of the calendar. Write it like this: 2026-03-31.") from None

    def show(self, value: Any) -> str:
        """3 Mar 2026."""
        return NOT_KNOWN if value is None else show_date(day_ms(value))


class Moment(Entry):
    """A moment by the clinic's clock, as milliseconds. `empty` is what an entry left empty says on a record."""

    def __init__(self, label: str, *, help_text: str = "", empty: str = NOT_KNOWN) -> None:
        super().__init__(label, help_text=help_text, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
        self.empty = empty

    def to_python(self, value: Any) -> int | None:
        """The moment, to the minute, in UTC as every page shows it."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND_MS
        except ValueError:
            raise ValidationError("This is no date and time. Write it like this: 2026-03-31T14:30.") from None

    def show(self, value: Any) -> str:
        """3 Mar 2026 10:40."""
        return self.empty if value is None else show_time(value)

    def retype(self, value: Any) -> str:
        """2026-03-03T10:40."""
        if value is None:
            return ""
        return f"{datetime.fromtimestamp(value // SECOND_MS, tz=UTC):%Y-%m-%dT%H:%M}"


def day_ms(day: str) -> int:
    """The beginning of a day, 2026-03-03, by the clinic's clock."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * SECOND_MS


def _plain(value: int, scale: int) -> str:
    """The shortest number that means it, with a fourth digit where three could be read as thousands."""
    text = decimal_text(value, scale).replace(NO_BREAK_SPACE, "")
    return f"{text}0" if re.fullmatch(r"\d+\.\d{3}", text) else text
