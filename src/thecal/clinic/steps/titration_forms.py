"""The sheets of titration as they are filled in. No entry has a default."""

from thecal.care.oral_drugs import NEVER_STOP_AT_ONCE
from thecal.clinic.steps.fields import Choice, DailyDose, Day, Number, Text, YesNo
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.steps.tried import DRUGS, OralDose

TRENDS = (("less", "Less"), ("same", "The same"), ("more", "More"))
STRENGTH = (("less", "Weaker"), ("same", "The same"), ("more", "Stronger"))
NEXT = (("raise", "Raise the dose"), ("keep", "Keep the dose"), ("lower", "Lower the dose"))
HELPED = (("yes", "Yes"), ("no", "No"), ("not_raised", "It was not raised"))


class OrderSetForm(SheetForm):
    """The bounds within which a nurse may titrate. None of them has a default."""

    sections = (
        Section("Daily dose", ("lowest_pg_per_day", "highest_pg_per_day")),
        Section("Steps", ("largest_step_per_mille", "shortest_interval_h", "steps")),
        Section("Until", ("expires_on", "words"), "It covers no start, no restart, no other drug or concentration."),
    )
    lowest_pg_per_day = DailyDose("Lowest")
    highest_pg_per_day = DailyDose("Highest")
    largest_step_per_mille = Number(
        "Largest step", low=0, high=100, unit="%", places=1, help_text="Of the running dose."
    )
    shortest_interval_h = Number("Shortest time between steps", low=0, high=2_400, unit="h")
    steps = Number("Number of steps", low=0, high=50)
    expires_on = Day("Last day", help_text="It expires at the end of this day.")
    words = Text("What to look for, and when to stop", rows=3, longest=1_000)


class OrderEndForm(SheetForm):
    """An order set that ends before its day."""

    sections = (Section("The order set ends now", ("why",)),)
    why = Text("Why", rows=2)


class NoteForm(SheetForm):
    """What a dose did."""

    sections = (
        Section("Danger first", ("breathing_slow", "drowsy")),
        Section("Tone and spasms, beside the dose before", ("tone", "spasms", "helped")),
        Section("What the person can do", ("strength", "could_stand", "can_stand", "function_words")),
        Section("Other side effects at this dose", ("dizzy", "nausea", "headache", "cannot_pass_urine")),
        Section(
            "Pump and catheter, since the need began to rise",
            ("pump_checked", "catheter_checked"),
            "A rising need asks about the catheter before it asks for dose.",
        ),
        Section("What next", ("next", "words")),
    )
    breathing_slow = YesNo("Is breathing slow or shallow?")
    drowsy = YesNo("Drowsy, or hard to wake?")
    tone = Choice("Stiffness", TRENDS)
    spasms = Choice("Spasms", TRENDS)
    helped = Choice("Did the last increase help?", HELPED)
    strength = Choice("Strength", STRENGTH)
    could_stand = YesNo("Did they stand or transfer before this dose?")
    can_stand = YesNo("Do they stand or transfer now?")
    function_words = Text("What they can do now, and could not; what they no longer can", rows=2)
    dizzy = YesNo("Dizzy?")
    nausea = YesNo("Nausea?")
    headache = YesNo("Headache?")
    cannot_pass_urine = YesNo("Trouble passing urine?")
    pump_checked = YesNo("Was the pump checked?", help_text="Interrogated, and the residual compared.")
    catheter_checked = YesNo(
        "Was the catheter checked?", help_text="Imaged, or aspirated: see the search for the cause."
    )
    next = Choice("What is planned", NEXT)
    words = Text("Anything else", rows=2)


class OralPlanForm(SheetForm):
    """How one drug by mouth is lowered."""

    sections = (
        Section("One drug", ("drug", "baclofen_taken")),
        Section("Step and interval", ("step_pg_per_day", "interval_days", "words"), NEVER_STOP_AT_ONCE),
    )
    drug = Choice("Drug", DRUGS)
    baclofen_taken = YesNo("Is baclofen still taken by mouth?")
    step_pg_per_day = OralDose("Less at each step", help_text="Of the whole day's tablets.")
    interval_days = Number("Time between steps", low=1, high=365, unit="days")
    words = Text("When to hold it, and whom to ask", rows=2)


class OralStepForm(SheetForm):
    """One step of one drug, as it was made."""

    sections = (
        Section("One drug", ("drug", "baclofen_taken")),
        Section("The step", ("before_pg_per_day", "after_pg_per_day", "words"), NEVER_STOP_AT_ONCE),
    )
    drug = Choice("Drug", DRUGS)
    baclofen_taken = YesNo("Is baclofen still taken by mouth?", help_text="Before this step.")
    before_pg_per_day = OralDose("Daily dose before")
    after_pg_per_day = OralDose("Daily dose from now on")
    words = Text("How it went", rows=2)
