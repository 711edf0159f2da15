"""The screening test's sheets, as they are filled in."""

from typing import Any

from thecal.care.responder import ResponderRule
from thecal.care.scales import MuscleGroup, Side
from thecal.care.screening import Response
from thecal.care.screening_watch import Wakefulness
from thecal.clinic.steps.assessed import PLACES, entry_name
from thecal.clinic.steps.assessment import Grade, examined_now
from thecal.clinic.steps.fields import AS_RECORDED, Choice, DailyDose, Mass, Moment, Number, Text, YesNo
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.screened import AFTER, BEFORE
from thecal.clinic.steps.screening_page import told_by_rule
from thecal.clinic.steps.sheet_form import Grid, Section, SheetForm

NOT_YET = "This lies in the future: write down what has happened."
RECKONED = "Enter it: the next dose is reckoned from it."


class PastForm(SheetForm):
    """A sheet about what has happened: its time cannot lie ahead."""

    def clean(self) -> dict[str, Any]:
        """Refuse a time that has not come."""
        entered: dict[str, Any] = super().clean() or self.cleaned_data
        at_ms = entered.get("at_ms")
        if at_ms is not None and at_ms > self.known.now_ms:
            self.add_error("at_ms", NOT_YET)
        return entered


class PlanForm(SheetForm):
    """What is settled before the first dose."""

    sections = (
        Section("What will count as a response", ("rule",), "Choose it now: the verdict is worked out by it."),
        Section("Who may not bear 50 mcg", ("very_small", "relies_on_tone")),
    )
    rule = Choice("Rule", tuple((rule.name, rule.value) for rule in ResponderRule))
    very_small = YesNo("A very small child?")
    relies_on_tone = YesNo("Relies on spasticity to stand, walk or transfer?")


class ChecklistForm(SheetForm):
    """The questions of the day."""

    sections = (
        Section("The patient today", ("allergic", "infection", "open_wound", "relapse", "pregnant")),
        Section("Blood, kidneys, shunt", ("takes_thinners", "thinner_plan", "renal_impairment", "shunt")),
        Section("Oral baclofen", ("takes_oral_baclofen", "last_oral_ms")),
        Section("The room", ("airway_kit_ready", "staff_trained")),
    )
    allergic = YesNo("Allergic to baclofen?")
    infection = YesNo("An infection now?", help_text="Of the urinary tract too.")
    open_wound = YesNo("An open wound, or one that does not heal?")
    relapse = YesNo("A relapse now?")
    pregnant = YesNo("Pregnant, or may be?")
    takes_thinners = YesNo("Takes an anticoagulant or an antiplatelet drug?")
    thinner_plan = YesNo("Is there a plan for it, agreed with its prescriber?")
    renal_impairment = YesNo("Are the kidneys impaired?")
    shunt = YesNo("Is there a shunt?")
    takes_oral_baclofen = YesNo("Takes oral baclofen?", help_text="Never stop it at once.")
    last_oral_ms = Moment("Last taken")
    airway_kit_ready = YesNo("Does the airway kit lie ready?")
    staff_trained = YesNo("Are people trained to use it there?")


class DoseForm(SheetForm):
    """The injection, as it is about to be given."""

    sections = (Section("Injection", ("dose_pg", "over_s", "lot")),)
    dose_pg = Mass("Dose", help_text="Of 50 mcg/mL: 50 mcg are 1 mL.")
    over_s = Number("Injected over", low=0, high=1_800, unit="s", help_text="At least one minute.")
    lot = Text("Lot of the ampoule", longest=60)

    def clean(self) -> dict[str, Any]:
        """What was injected has an amount; before the injection the rules say so."""
        entered: dict[str, Any] = super().clean() or self.cleaned_data
        if self.known.corrects is not None and entered.get("dose_pg") is None and "dose_pg" not in self.errors:
            self.add_error("dose_pg", RECKONED)
        return entered


class GivenForm(PastForm):
    """A dose that was given without this page: elsewhere, or before anybody wrote it down."""

    sections = (Section("What was given", ("dose_pg", "at_ms", "where")),)
    dose_pg = Mass("Dose")
    at_ms = Moment("Given at")
    where = Text("Where, and who says so")

    def clean(self) -> dict[str, Any]:
        """A dose and its time; without them nothing was written down."""
        entered = super().clean()
        for name in ("dose_pg", "at_ms"):
            if entered.get(name) is None and name not in self.errors:
                self.add_error(name, RECKONED)
        return entered


class ObservationForm(PastForm):
    """One look at the patient."""

    sections = (
        Section("When", ("phase", "at_ms")),
        Section("Awake and breathing", ("wakefulness", "breathing_slow", "weakness_rising", "seizure")),
        Section("Numbers", ("breaths_per_min", "saturation_percent", "pulse_per_min", "pressure_mmhg")),
        Section(
            "Tone",
            says="Move each joint quickly through its range. Leave open what you did not examine.",
            grid=Grid(
                corner="Muscle group",
                columns=("Right", "Left"),
                rows=tuple(
                    (group.value, (entry_name(group, Side.RIGHT), entry_name(group, Side.LEFT)))
                    for group in MuscleGroup
                ),
            ),
        ),
        Section("Spasms and function", ("penn_frequency", "function", "complaints")),
    )
    phase = Choice("This is", ((BEFORE, "before a dose"), (AFTER, "after a dose")))
    at_ms = Moment("Seen at", help_text="Leave open for now.", empty=AS_RECORDED)
    wakefulness = Choice("Awake?", tuple((state.name, state.value) for state in Wakefulness))
    breathing_slow = YesNo("Slow or shallow breathing?")
    weakness_rising = YesNo("Weakness that climbs to the arms?")
    seizure = YesNo("A seizure?")
    breaths_per_min = Number("Breaths", low=0, high=80, unit="per minute")
    saturation_percent = Number("Oxygen saturation", low=0, high=100, unit="%")
    pulse_per_min = Number("Pulse", low=0, high=250, unit="per minute")
    pressure_mmhg = Number("Systolic blood pressure", low=0, high=300, unit="mmHg")
    penn_frequency = Choice(
        "Spasms since the last look, as the Penn scale counts them",
        (
            ("NONE", "0: none"),
            ("WHEN_STIMULATED", "1: mild, when something sets them off"),
            ("UNDER_ONE_AN_HOUR", "2: full spasms, less than one an hour"),
            ("OVER_ONE_AN_HOUR", "3: more than one an hour"),
            ("OVER_TEN_AN_HOUR", "4: more than ten an hour"),
        ),
    )
    function = Text("What the person can do now, and no longer can", rows=2, longest=1_000)
    complaints = Text("Headache, nausea, vomiting, urine, anything else", rows=2, longest=1_000)

    def prepare(self, known: Known) -> None:
        """A grade for each muscle group and side."""
        del known
        self.fields.update(
            {entry_name(group, side): Grade(f"{group.value}, {side.name.lower()}") for group, side in PLACES}
        )

    @property
    def found(self) -> list[tuple[str, str]]:
        """What the examiner of a rehearsal finds now, to be typed by hand."""
        return examined_now(self.known.patient)


class VerdictForm(SheetForm):
    """What the team makes of the last dose."""

    sections = (Section("Verdict on the last dose", ("judged", "function", "words")),)
    judged = Choice("Did it do enough?", ((Response.ENOUGH.name, "Enough"), (Response.NOT_ENOUGH.name, "Not enough")))
    function = Choice(
        "Function with less stiffness",
        (("better", "Better"), ("same", "The same"), ("worse", "Worse: stiffness was of use")),
    )
    words = Text("What was seen", rows=3, longest=1_000)

    def prepare(self, known: Known) -> None:
        """The chosen rule's verdict stands beside the question."""
        self.fields["judged"].help_text = told_by_rule(known)


class DischargeForm(PastForm):
    """Going home."""

    sections = (
        Section("When", ("at_ms",)),
        Section("Met?", ("awake", "breathing_checked", "tone_back", "can_pass_urine")),
        Section("Told and given", ("headache_advice", "number_given")),
    )
    at_ms = Moment("Left at", help_text="Leave open for now.", empty=AS_RECORDED)
    awake = YesNo("Awake?")
    breathing_checked = YesNo("Breathing checked, and well?")
    tone_back = YesNo("Is the tone back that was there before?")
    can_pass_urine = YesNo("Can pass urine as before?")
    headache_advice = YesNo("Told what to do about a headache?")
    number_given = YesNo("A number to call by day and night given?")


class ExtendedForm(SheetForm):
    """A continuous infusion through a temporary catheter."""

    sections = (Section("Extended infusion test", ("days", "largest_pg_per_day", "responded", "words")),)
    days = Number("Lasted", low=1, high=60, unit="days")
    largest_pg_per_day = DailyDose("Largest daily dose")
    responded = YesNo("Was there a response?")
    words = Text("What was seen, and what went wrong", rows=3, longest=1_000)
