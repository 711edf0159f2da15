"""The entries of step 14: taper, daily check, plan against withdrawal, operation."""

from thecal.clinic.steps.fields import AS_RECORDED, Choice, Concentration, DailyDose, Day, Moment, Number, Text, YesNo
from thecal.clinic.steps.sheet_form import Section, SheetForm

WHY = (
    ("infection", "Infection"),
    ("emergency", "Another emergency"),
    ("no_benefit", "It does not help"),
    ("wish", "The patient's wish"),
    ("other", "Another reason"),
)


class TaperForm(SheetForm):
    """A taper, number by number. Nothing is filled in, and nothing is suggested."""

    sections = (
        Section(
            "The dose, in the prescriber's own numbers",
            ("old_pg_per_day", "concentration_pg_per_nl", "share_per_mille", "steps", "interval_h", "first_day"),
        ),
        Section("What goes with it", ("oral_cover", "daily_checker"), "A taper replaces neither."),
        Section("Why", ("why", "why_words")),
    )
    old_pg_per_day = DailyDose("Daily dose now")
    concentration_pg_per_nl = Concentration("Concentration in the pump")
    share_per_mille = Number(
        "Each step takes off", low=1, high=99, unit="%", places=1, help_text="Of the dose before the step."
    )
    steps = Number("Number of steps", low=1, high=100)
    interval_h = Number("Time between steps", low=1, high=2_000, unit="h")
    first_day = Day("Day of the first step")
    oral_cover = Text("Cover by oral drugs, as the prescriber writes it", longest=2000, rows=3)
    daily_checker = Text("Who looks for withdrawal every day")
    why = Choice("Why the pump is removed", WHY)
    why_words = Text("In words", rows=2)


class DailyCheckForm(SheetForm):
    """A look for withdrawal: what is dangerous first."""

    sections = (
        Section("Late signs", ("fever", "confused", "rigid", "seizure")),
        Section("Early signs", ("itch", "tingling", "stiffer", "fast_heart")),
        Section("Words", ("words",)),
    )
    fever = YesNo("Fever?")
    confused = YesNo("Confused, or seeing things?")
    rigid = YesNo("Rigid muscles?")
    seizure = YesNo("A seizure?")
    itch = YesNo("Itch without a rash?")
    tingling = YesNo("Tingling?")
    stiffer = YesNo("More stiffness or spasms than before?")
    fast_heart = YesNo("A fast heart, or an unsteady blood pressure?")
    words = Text("Anything else, and what was measured", rows=2)


class PlanForm(SheetForm):
    """The plan against withdrawal, written before the pump comes out."""

    sections = (
        Section("Why", ("why", "why_words", "tapered", "surgery_day")),
        Section("Against withdrawal", ("withdrawal_plan",), "Written before the operation, not after it."),
    )
    why = Choice("Why the pump is removed", WHY)
    why_words = Text("In words", rows=2)
    tapered = YesNo("Has the dose been tapered to the end of the plan?")
    surgery_day = Day("Day of the operation")
    withdrawal_plan = Text(
        "The plan, as the prescriber writes it",
        help_text="Who watches, where, for how long, and what is given.",
        longest=2000,
        rows=4,
    )


class RemovalForm(SheetForm):
    """The operation."""

    sections = (Section("The operation", ("removed_ms", "catheter_whole", "catheter_left", "words")),)
    removed_ms = Moment("Taken out at", help_text="UTC. Empty means now.", empty=AS_RECORDED)
    catheter_whole = YesNo("Did the catheter come out whole?")
    catheter_left = Text("What was left, and where")
    words = Text("Anything else", rows=3, longest=2000)
