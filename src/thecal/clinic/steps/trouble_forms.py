"""The forms of trouble: the first look, a step of the search, its end, and a restart."""

from thecal.care.restart import Interruption
from thecal.care.search import SEARCH, Result
from thecal.clinic.steps.fields import Choice, Number, Text, YesNo
from thecal.clinic.steps.sheet_form import Section, SheetForm

RESULTS = {"sound": Result.SOUND, "fault": Result.FAULT, "not_possible": Result.NOT_POSSIBLE}
RESULT_WORDS = {
    Result.SOUND: "as it should be",
    Result.FAULT: "something is wrong",
    Result.NOT_POSSIBLE: "could not be done",
}
STEP_CHOICES = tuple((str(step.number), f"{step.number}. {step.do}") for step in SEARCH)
CAUSES = (
    ("empty", "The reservoir was empty"),
    ("stopped", "The pump was stopped, stalled or at its end"),
    ("program", "A program or an entry was wrong"),
    ("catheter", "The catheter"),
    ("pocket", "Drug beside the reservoir"),
    ("drug", "The drug or its concentration"),
    ("infection", "An infection"),
    ("provoked", "Something that provoked spasticity"),
    ("disease", "The disease, or tolerance"),
    ("none", "No cause was found"),
)
INTERRUPTIONS = {
    "on_purpose": (Interruption.ON_PURPOSE, "Stopped or slowed with a programmer; no harm of the drug was the reason"),
    "scan": (Interruption.SCAN, "Stalled in a scanner"),
    "empty": (Interruption.EMPTY, "The reservoir ran empty"),
    "repair": (Interruption.REPAIR, "Pump or catheter failed, and was mended"),
    "holiday": (Interruption.HOLIDAY, "A drug holiday"),
    "overdose": (Interruption.OVERDOSE, "Stopped because of too much"),
}


class FirstLookForm(SheetForm):
    """Too much, too little, or a search."""

    sections = (
        Section("The person, now", ("drowsy", "floppy", "tone_rises_fast", "unstable")),
        Section("What is wrong", ("words", "since")),
    )
    drowsy = YesNo("Drowsy, or hard to wake?")
    floppy = YesNo("Floppy?")
    tone_rises_fast = YesNo("Does tone rise fast?")
    unstable = YesNo(
        "Pulse, pressure or temperature unstable?", help_text="Pressure may be high or low. Write it down."
    )
    words = Text("What is seen and told", rows=3, longest=1000)
    since = Text("Since when, and what happened then", longest=200)


class EndForm(SheetForm):
    """How a search ended."""

    sections = (Section("The cause", ("cause", "words")),)
    cause = Choice("What was it", CAUSES)
    words = Text("What was done", rows=3, longest=1000)


class RestartForm(SheetForm):
    """Why delivery was interrupted, for how long, and who sets the dose."""

    sections = (
        Section("The interruption", ("interruption", "stopped_for_h", "words")),
        Section(
            "Where the program before is not offered",
            ("set_by_prescriber", "monitored_bed"),
            "A prescriber sets the dose, in a monitored bed. The dose is ordered in a visit, and reviewed there.",
        ),
    )
    interruption = Choice(
        "Why delivery was interrupted", tuple((key, words) for key, (_, words) in INTERRUPTIONS.items())
    )
    stopped_for_h = Number("How long nothing flowed", low=0, high=9_999, unit="h")
    words = Text("What was found and mended", rows=2, longest=1000)
    set_by_prescriber = YesNo("Does a prescriber set the dose?")
    monitored_bed = YesNo("Is a monitored bed ready?")
