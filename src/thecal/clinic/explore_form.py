"""What somebody asks on the explore page. Every entry is empty at first: then it is the record's, or assumed.

No dose is ever filled in for anybody, and nothing of this form is kept: it is sent as the page's own address.
"""

from collections.abc import Callable
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError

from thecal.clinic import typed
from thecal.clinic.records import Chart
from thecal.clinic.steps.ages import age_years
from thecal.clinic.steps.fields import Choice, DailyDose, Entry, Mass, Number
from thecal.clinic.when import offset_min
from thecal.errors import BadInput
from thecal.twin.asked import FEWEST_DAYS, MOST_DAYS, TIPS, Bolus, Continuous, Flex, Question, Stop, What
from thecal.units import PG_PER_MCG, show_dose, show_mass

WHATS = (
    ("continuous", "A constant daily dose"),
    ("flex", "A day's pattern"),
    ("catheter", "A single dose by the catheter"),
    ("puncture", "A single dose by lumbar puncture"),
    ("stop", "Nothing: delivery stops"),
)
STEPS = (1, 2, 3, 4)
MOST_PG = 100_000 * PG_PER_MCG
"""Ten times what anybody was ever given on purpose; beyond it lies a slip of the keyboard. Thecal's own choice."""
BODY = {"height_cm": "height", "age_years": "age", "tip_level": "tip"}
"""Where the page has what the body calls by its own name."""
TENTHS = 10
Sex = Literal["female", "male"]


class ClockTime(Entry):
    """A time of day, as ms after midnight."""

    def __init__(self, label: str) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "size": "8"}
        super().__init__(label, widget=forms.TextInput(attrs=attrs))

    def to_python(self, value: Any) -> int | None:
        """06:30; None where nothing is typed."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return typed.of_day_ms(text, field="start")
        except BadInput as wrong:
            raise ValidationError(_line(wrong)) from wrong


class ExploreForm(forms.Form):
    """What would be given, for how long, and to what body."""

    what = Choice("What would be given", WHATS)
    daily_dose = DailyDose("Daily dose", help_text="At the tip, from now on.")
    bolus = Mass("Dose", help_text="At once, on top of the current program, where one was read.")
    days = Number("For how long", low=FEWEST_DAYS, high=MOST_DAYS, unit="days", help_text="1 to 30 days from now.")
    tip = Choice("Level of the catheter's tip", [(level, level) for level in TIPS])
    height = Number("Height", low=50, high=250, unit="cm")
    sex = Choice("Sex", (("female", "Female"), ("male", "Male")))
    age = Number("Age", low=0, high=120, unit="years")

    def __init__(self, *args: Any, chart: Chart, now_ms: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.chart, self.now_ms = chart, now_ms
        self.question: Question | None = None
        for step in STEPS:
            self.fields[f"start_{step}"] = ClockTime(f"Step {step} from")
            self.fields[f"dose_{step}"] = DailyDose(f"Step {step} at a rate of")
        for name, says in self._helps().items():
            self.fields[name].help_text = says
        recorded = f"{self.chart.implant.tip_level}, as recorded" if self.chart.implant else "choose a level"
        self.fields["tip"].widget.choices = [("", recorded), *((level, level) for level in TIPS)]
        self.fields["what"].widget.choices = list(WHATS)

    def _helps(self) -> dict[str, str]:
        """What an entry that is left empty means."""
        return {
            "age": f"Empty: {age_years(self.chart.patient, self.now_ms)}, from the record.",
            "height": "Empty: not on record, so the median of that age is assumed.",
            "sex": "Empty: not on record, so the mean of both is assumed.",
        }

    @property
    def pattern(self) -> list[tuple[Any, Any]]:
        """The entries of a day's pattern, step by step."""
        return [(self[f"start_{step}"], self[f"dose_{step}"]) for step in STEPS]

    def clean(self) -> dict[str, Any]:
        """The question, where all that belongs to it is there; what belongs to another one is not looked at."""
        given: dict[str, Any] = super().clean() or {}
        self._forget_others(given.get("what"))
        asked = self._asked(given)
        if given.get("days") is None and "days" not in self.errors:
            self.add_error("days", "This is empty. Write 1 to 30 days.")
        tip = given.get("tip") or (self.chart.implant.tip_level if self.chart.implant else None)
        if tip is None and "tip" not in self.errors:
            self.add_error("tip", "No catheter is on record. Choose the level of its tip.")
        if asked is None or tip is None or self.errors:
            return given
        self.question = self._question(given, asked, tip)
        try:
            self.question.stature()
        except BadInput as wrong:
            self.add_error(BODY.get(wrong.field, "height"), _line(wrong))
        return given

    def _forget_others(self, what: str | None) -> None:
        """Errors in entries that this question does not ask for: they are hidden, and mean nothing."""
        mine = {"continuous": {"daily_dose"}, "catheter": {"bolus"}, "puncture": {"bolus"}}.get(what or "", set())
        if what == "flex":
            mine = {f"{part}_{step}" for step in STEPS for part in ("start", "dose")}
        for name in [*self.errors]:
            if name in DOSING - mine:
                del self.errors[name]

    def _asked(self, given: dict[str, Any]) -> What | None:
        """What would be given; None where that cannot be told, with its error added."""
        readers: dict[str | None, Callable[[dict[str, Any]], What | None]] = {
            "continuous": self._continuous,
            "flex": self._flex,
            "catheter": self._bolus,
            "puncture": self._bolus,
            "stop": lambda _: Stop(),
        }
        if given.get("what") in readers:
            return readers[given["what"]](given)
        if "what" not in self.errors:
            self.add_error("what", "Choose what would be given.")
        return None

    def _continuous(self, given: dict[str, Any]) -> What | None:
        dose = self._dose(given, "daily_dose", show_dose)
        return None if dose is None else Continuous(dose_pg_per_day=dose)

    def _bolus(self, given: dict[str, Any]) -> What | None:
        mass = self._dose(given, "bolus", show_mass)
        return None if mass is None else Bolus(mass_pg=mass, by_puncture=given["what"] == "puncture")

    def _flex(self, given: dict[str, Any]) -> What | None:
        """Steps in order; the entries of one go together."""
        steps: list[tuple[int, int]] = []
        for step in STEPS:
            start, dose = f"start_{step}", f"dose_{step}"
            if start in self.errors or dose in self.errors:
                continue
            at = given.get(start)
            if at is None and given.get(dose) is None:
                continue
            rate = self._dose(given, dose, show_dose)
            if at is None:
                self.add_error(start, "This step has a dose and no beginning. Write hours and minutes: 06:30.")
            elif steps and at <= steps[-1][0]:
                self.add_error(start, "This step begins no later than the one before. Write them in order.")
            elif rate is not None:
                steps.append((at, rate))
        if not steps and not any(name in self.errors for name in DOSING):
            self.add_error("start_1", "No step is written. Write when the first begins: 00:00.")
        return Flex(steps=tuple(steps)) if steps else None

    def _dose(self, given: dict[str, Any], name: str, show: Callable[[int], str]) -> int | None:
        """A dose that is typed and can be meant; None where its error is added, or was."""
        value: int | None = given.get(name)
        if name in self.errors:
            return None
        if value is None:
            self.add_error(name, "This is empty. Write a dose in mcg.")
        elif value > MOST_PG:
            self.add_error(name, f"{show(value)} is more than anybody was given. Write at most {show(MOST_PG)}.")
        else:
            return value
        return None

    def _question(self, given: dict[str, Any], asked: What, tip: str) -> Question:
        """With what the record knows where nothing was typed."""
        patient, read_out = self.chart.patient, self.chart.read_out
        age = given["age"] if given.get("age") is not None else age_years(patient, self.now_ms)
        tenths = patient.baseline_mas_tenths
        return Question(
            what=asked,
            days=given["days"],
            now_ms=self.now_ms,
            utc_offset_min=offset_min(),
            tip_level=tip,
            age_years=float(age),
            sex=_sex(given.get("sex")),
            height_cm=None if given.get("height") is None else float(given["height"]),
            baseline_mas=None if tenths is None else tenths / TENTHS,
            read=read_out.read() if read_out is not None and self.chart.implant is not None else None,
        )


DOSING = {"daily_dose", "bolus", *(f"{part}_{step}" for step in STEPS for part in ("start", "dose"))}


def _sex(key: str | None) -> Sex | None:
    return "female" if key == "female" else "male" if key == "male" else None


def _line(wrong: BadInput) -> str:
    """A refusal in one line."""
    says = wrong.says.split(": ", 1)[-1].rstrip(".")
    return f"{says[:1].upper()}{says[1:]}. {wrong.remedy}"
