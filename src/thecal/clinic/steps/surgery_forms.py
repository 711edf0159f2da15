"""The entries of step 6: consent, booking, operation, training and the way home."""

from thecal.clinic.steps.fields import Choice, Day, Moment, Number, Text, YesNo
from thecal.clinic.steps.operating import FILL_NAMES, HOLDS_NAMES, PUMP_NAMES, PumpForm
from thecal.clinic.steps.sheet_form import Section, SheetForm

REGIONS = (("C", 7), ("T", 12), ("L", 3))
LEVELS = tuple((f"{region}{n}", f"{region}{n}") for region, most in REGIONS for n in range(1, most + 1))
BACK = "Ask them to say it in their own words. What was only read out has not been said back."


class ConsentForm(SheetForm):
    """What was said back, and by whom."""

    sections = (
        Section("Said back", ("said_alarms", "said_too_little", "said_too_much", "said_refills"), BACK),
        Section("Refills", ("driver",)),
        Section("Who", ("said_by", "said_name", "can_report")),
    )
    said_alarms = YesNo("What the two alarms sound like, and what each asks for?")
    said_too_little = YesNo("The signs of too little drug?")
    said_too_much = YesNo("The signs of too much drug?")
    said_refills = YesNo("That refills never end while the pump is there?")
    driver = Text("Who takes the patient to refills")
    said_by = Choice("Said back by", (("patient", "The patient"), ("carer", "A carer")))
    said_name = Text("Name")
    can_report = YesNo("Can the patient say what they feel?")


class BookingForm(SheetForm):
    """What must stand before an operation is booked."""

    sections = (
        Section("The operation", ("surgery_day", "surgeon", "place")),
        Section("Afterwards", ("rehabilitation_provider", "rehabilitation_where", "monitored_bed")),
        Section("Agreed with the team", ("pump_size_agreed", "tip_level_agreed", "first_dose_agreed")),
        Section("Infection", ("infection", "epilepsy", "feeding_tube")),
        Section(
            "Anaesthetic and operation",
            (
                "anaesthesia_judged", "anaesthesia_words", "surgical_risk_judged", "surgical_risk_words",
                "breathing_risk", "bleeding_risk", "bleeding_planned",
            ),
        ),
        Section("Payer", ("authorised",)),
    )  # fmt: skip
    surgery_day = Day("Day of the operation")
    surgeon = Text("Surgeon")
    place = Text("Hospital")
    rehabilitation_provider = Text("Who gives the rehabilitation afterwards, by name")
    rehabilitation_where = Choice("Where", (("home", "At home"), ("out_patient", "As an out-patient")))
    monitored_bed = YesNo("Is a monitored bed booked for the start?")
    pump_size_agreed = YesNo("The pump's size?")
    tip_level_agreed = YesNo("The level of the catheter's tip?")
    first_dose_agreed = YesNo("The first daily dose?")
    infection = YesNo("Is there an active infection?")
    epilepsy = YesNo("Epilepsy?")
    feeding_tube = YesNo("A feeding tube?")
    anaesthesia_judged = YesNo("Has the risk of the anaesthetic been judged?")
    anaesthesia_words = Text("In the anaesthetist's words", rows=2)
    surgical_risk_judged = YesNo("Has the risk of the operation been judged?")
    surgical_risk_words = Text("In the surgeon's words", rows=2)
    breathing_risk = YesNo("A disorder of breathing that could become respiratory failure?")
    bleeding_risk = YesNo("Does the blood clot badly, by disease or by drug?")
    bleeding_planned = YesNo("Is it written what is stopped, and when?")
    authorised = YesNo("Has the payer authorised it?", help_text="Leave it where step 15 holds the authorisation.")


class OperationForm(PumpForm):
    """A pump and a catheter, as they were put in."""

    sections = (
        Section("The pump", PUMP_NAMES),
        Section(
            "The catheter",
            (
                "catheter_model", "catheter_lot", "catheter_total_mm", "catheter_trimmed_mm", "tip_level",
                "tip_seen_on_x_ray",
            ),
        ),
        Section("The fill", FILL_NAMES),
        Section("What each part holds", HOLDS_NAMES, "Only what holds no drug is primed. Not known means no prime."),
        Section("Words", ("words",)),
    )  # fmt: skip
    catheter_model = Text("Catheter", longest=100)
    catheter_lot = Text("Lot of the catheter", longest=60)
    catheter_total_mm = Number("Length of the whole catheter", low=0, high=200, unit="cm", places=1)
    catheter_trimmed_mm = Number("Cut off", low=0, high=200, unit="cm", places=1)
    tip_level = Choice("Level of the tip", LEVELS)
    tip_seen_on_x_ray = YesNo("Does an X-ray show the tip there?")
    words = Text("Anything else", rows=3, longest=2000)


class DayCheckForm(SheetForm):
    """One look at the patient in hospital: what is dangerous first."""

    sections = (
        Section("Too much", ("hard_to_wake", "slow_breathing", "seizure", "drowsy", "floppy")),
        Section("Too little", ("confused", "fever", "itch", "stiffer")),
        Section("Words", ("words",)),
    )
    hard_to_wake = YesNo("Hard to wake?")
    slow_breathing = YesNo("Slow or shallow breathing?")
    seizure = YesNo("A seizure?")
    drowsy = YesNo("Drowsy?")
    floppy = YesNo("Floppy muscles?")
    confused = YesNo("Confused?")
    fever = YesNo("Fever?")
    itch = YesNo("Itch?")
    stiffer = YesNo("More stiffness or spasms than before?")
    words = Text("Anything else, and how tone is", rows=2)


TRAINED = ("transfers", "positioning", "equipment", "alarms_again", "signs_again")


class TrainingForm(SheetForm):
    """What was trained in hospital, with the muscles as they are now."""

    sections = (
        Section("With weaker muscles", ("transfers", "positioning", "equipment")),
        Section("Said back once more", ("alarms_again", "signs_again")),
        Section("Words", ("trainee", "words")),
    )
    transfers = YesNo("Transfers?")
    positioning = YesNo("Sitting and lying?")
    equipment = YesNo("Wheelchair, orthoses and straps, none of them on the pump?")
    alarms_again = YesNo("The alarms?")
    signs_again = YesNo("Both lists of warning signs?")
    trainee = Text("Who was trained")
    words = Text("Anything else", rows=2)


class DischargeForm(SheetForm):
    """What goes home with the patient."""

    sections = (
        Section("In their hands", ("card_given", "numbers_given", "refill_day", "tablets_at_home")),
        Section("Afterwards", ("oral_plan", "wound_checks_booked", "rehabilitation_day")),
        Section("The start", ("start_ms", "against_advice")),
    )
    card_given = YesNo("The emergency card?")
    numbers_given = YesNo("The numbers to call by day and by night?")
    refill_day = Day("First refill by")
    tablets_at_home = YesNo("Is oral baclofen at home, with written instructions?")
    oral_plan = Text(
        "What becomes of the oral drugs, as the prescriber writes it",
        help_text="Which is lowered first, by how much, and never all at once.",
        longest=2000,
        rows=3,
    )
    wound_checks_booked = YesNo("Are the wound checks booked: day 2, days 10 to 14, day 30?")
    rehabilitation_day = Day("Rehabilitation begins")
    start_ms = Moment("The infusion started", help_text="Only where no confirmed update is on record. UTC.")
    against_advice = YesNo("Does the patient leave against advice?")
