"""The steps of therapy as a clinic's people fill them in: the parts from which the four replays are made."""

import re

from playwright.sync_api import Page, expect
from tests.browser.helpers import says
from tests.browser.journey import Entries, Journey, admit, examiner_finds, fill

from thecal.care.scales import Ashworth

NO, YES = "no", "yes"
RATED = {
    "Ankle plantar flexors (soleus)": "ankle_plantar_flexors",
    "Knee extensors (quadriceps)": "knee_extensors",
    "Elbow flexors (biceps)": "elbow_flexors",
}
"""The muscle groups that a rehearsal's examiner finds, and their entries."""
WAITS = {
    "1/2": ("+30 min", 1),
    "1": ("+30 min", 1),
    "2": ("+1 h", 1),
    "4": ("+1 h", 2),
    "6": ("+1 h", 2),
    "8": ("+1 h", 2),
}
"""Hours after a screening dose, and the buttons that lead from one to the next."""
GRADES = {grade.label: grade.name for grade in Ashworth}
CALM: Entries = {
    "wakefulness": "AWAKE",
    "breathing_slow": NO,
    "weakness_rising": NO,
    "seizure": NO,
    "breaths_per_min": "15",
    "saturation_percent": "98",
    "pulse_per_min": "76",
    "pressure_mmhg": "124",
}


def grades_found(page: Page) -> dict[str, str]:
    """The entries of the table, as the examiner finds them now, both sides alike."""
    found = {RATED[name]: grade for name, grade in examiner_finds(page).items() if name in RATED}
    assert found, "the examiner finds nothing"
    return {f"{name}_{side}": GRADES[grade] for name, grade in found.items() for side in ("right", "left")}


def examine(journey: Journey, who: str = "brandt", **more: str) -> None:
    """An assessment: what the examiner finds and what the patient says."""
    page = journey.sheet(who, "assessment.examination")
    entries: dict[str, str | list[str]] = {
        "variant": "MODIFIED",
        "penn_window": "LAST_DAY",
        "penn_frequency": "OVER_ONE_AN_HOUR",
        "penn_severity": "MODERATE",
        "clonus": YES,
        "pain": "6",
        "wakings": "4",
        "fatigue": "5",
        "contracture": NO,
        "mobility": "TRANSFERS_WITH_HELP",
        "relies_on_tone": NO,
    }
    journey.record(who, "assessment.examination", {**grades_found(page), **entries, **more})


def set_goals(journey: Journey, who: str = "brandt") -> None:
    """Two goals, agreed with the patient."""
    entries = {
        "agreed": YES,
        "goal_1": "Sleep through without spasms",
        "level_1": "MUCH_LESS",
        "goal_2": "Be washed and dressed without pain",
        "level_2": "LESS",
    }
    journey.record(who, "assessment.goals", entries)


def write_what_was_tried(journey: Journey, who: str = "lindqvist") -> None:
    """Eight weeks of oral baclofen that did too little, and exercises that go on."""
    oral = {
        "drug": "baclofen",
        "dose_pg_per_day": "75",
        "weeks": "8",
        "effect": "too_little",
        "drowsiness": YES,
        "dizziness": NO,
        "weakness": NO,
        "nausea": NO,
        "headache": NO,
        "ended": "still_taken",
    }
    journey.record(who, "tried.oral", oral)
    other = {
        "stretching": YES,
        "exercise": YES,
        "rehabilitation": YES,
        "hands_on_weeks": "40",
        "one_region": NO,
        "botulinum": NO,
    }
    journey.record(who, "tried.other", other)


def put_before_the_team(journey: Journey, who: str = "ruiz", **more: str) -> None:
    """Every question of candidacy answered, nothing against it."""
    no = [
        "baclofen_allergy",
        "active_infection",
        "malnutrition",
        "pregnant",
        "kidneys_impaired",
        "breathing_risk",
        "coagulopathy",
        "other_device",
        "brain_injury",
        "seizures",
        "psychosis",
        "dysreflexia",
        "shunt",
        "abdominal_surgery",
    ]
    yes = ("interferes", "goals_realistic", "refills_committed")
    facts = dict.fromkeys(no, NO) | dict.fromkeys(yes, YES)
    facts |= {
        "weight_g": "68",
        "epilepsy": "none",
        "fusion": "none",
        "refills_who": "Her brother, or the day centre's car",
    }
    journey.record(who, "candidacy.facts", facts | more)
    journey.record(who, "candidacy.forward", {"summary": "Severe spasticity of both legs."})


def confer(
    journey: Journey, who: str = "ruiz", decision: str = "screening_test", stance: str = "go_on", **more: str
) -> None:
    """A conference that is of one mind."""
    views: dict[str, str] = {}
    for discipline in ("physician", "nurse", "therapist", "surgeon", "pharmacist", "patient"):
        views |= {f"{discipline}_stance": stance, f"{discipline}_why": "It stands in the way of everything."}
    decided = {
        "goals_agreed": YES,
        "goals_words": "To sleep, and to be washed without pain.",
        "decision": decision,
        "why": "Everything else was tried.",
        "handover_agreed": YES,
        "handover_words": "20 mL, T10, twice the dose that worked.",
    }
    journey.record(who, "conference.decision", views | decided | more)


def plan_screening(journey: Journey, who: str = "ruiz") -> None:
    """What will count is chosen, and the tone examined, before the first dose."""
    journey.record(who, "screening.plan", {"rule": "TWO_POINTS", "very_small": NO, "relies_on_tone": NO})


def answer_checklist(journey: Journey, who: str = "lindqvist", **more: str) -> None:
    """Nothing stands against an injection today."""
    no = (
        "allergic", "infection", "open_wound", "relapse", "pregnant", "takes_thinners", "renal_impairment", "shunt",
    )  # fmt: skip
    ready = {"airway_kit_ready": YES, "staff_trained": YES}
    ready |= {"takes_oral_baclofen": YES, "last_oral_ms": "2026-03-02T20:00"}
    journey.record(who, "screening.checklist", dict.fromkeys(no, NO) | ready | more)


def look_after_dose(journey: Journey, phase: str, who: str = "brandt", **more: str) -> dict[str, str]:
    """One observation as the examiner finds it now: the grades."""
    page = journey.sheet(who, "screening.observation")
    grades = grades_found(page)
    spasms = {"penn_frequency": "OVER_ONE_AN_HOUR"}
    journey.record(who, "screening.observation", {"phase": phase, **CALM, **grades, **spasms, **more})
    return grades


def watch_for_eight_hours(journey: Journey, who: str = "brandt", *, eases: bool = False) -> None:
    """The looks at half an hour and at 1, 2, 4, 6 and 8 hours. Where it eases, spasms are few from 1 to 4 hours."""
    for hour, (button, times) in WAITS.items():
        journey.pass_time(who, button, times)
        few = eases and hour in {"1", "2", "4"}
        look_after_dose(journey, "after", who, penn_frequency="WHEN_STIMULATED" if few else "OVER_ONE_AN_HOUR")


def inject(journey: Journey, micrograms: int, who: str = "ruiz") -> None:
    """A screening dose over two minutes."""
    journey.record(who, "screening.dose", {"dose_pg": str(micrograms), "over_s": "120", "lot": "A-1"})


def send_home(journey: Journey, who: str = "lindqvist") -> None:
    """Every criterion met."""
    met = ["awake", "breathing_checked", "tone_back", "can_pass_urine", "headache_advice", "number_given"]
    journey.record(who, "screening.discharge", dict.fromkeys(met, YES))


def judged(page: Page, *texts: str) -> None:
    """What the findings beside a sheet say."""
    says(page, "#judged", *texts)


def is_at(page: Page, stage: str) -> None:
    """The steps' list says where on the way the patient is."""
    expect(page.locator("header.page")).to_contain_text(re.compile(re.escape(stage)))


def admit_and_decide(journey: Journey, **given: str) -> None:
    """From admission to the conference that sends the patient to a screening test."""
    admit(journey, "adeyemi", **({"origin": "spinal", "tolerance": "naive", "allergies": "none known"} | given))
    examine(journey)
    set_goals(journey)
    write_what_was_tried(journey)
    put_before_the_team(journey)
    confer(journey)


def pass_the_test(journey: Journey) -> None:
    """One dose of 50 micrograms that does enough, and the conference that goes on to an implant."""
    plan_screening(journey)
    answer_checklist(journey)
    look_after_dose(journey, "before")
    inject(journey, 50)
    watch_for_eight_hours(journey, eases=True)
    journey.record("ruiz", "screening.verdict", {"judged": "ENOUGH", "function": "better", "words": "Legs part."})
    send_home(journey)
    journey.pass_time("ruiz", "+1 day", 14)
    confer(journey, decision="implant")


def consent(journey: Journey, who: str = "lindqvist") -> None:
    """Said back, item by item."""
    said = dict.fromkeys(("said_alarms", "said_too_little", "said_too_much", "said_refills", "can_report"), YES)
    journey.record(
        who, "surgery.consent", {**said, "driver": "Her brother", "said_by": "patient", "said_name": "Herself"}
    )


def book(journey: Journey, day: str, who: str = "adeyemi", **more: str) -> None:
    """The operation, with all that is asked before it."""
    no = ("infection", "epilepsy", "feeding_tube", "breathing_risk", "bleeding_risk")
    yes = (
        "monitored_bed", "pump_size_agreed", "tip_level_agreed", "first_dose_agreed", "anaesthesia_judged",
        "surgical_risk_judged", "authorised",
    )  # fmt: skip
    words = {
        "surgery_day": day,
        "surgeon": "Dr Sato",
        "place": "The county hospital",
        "rehabilitation_provider": "Ms Abara, community physiotherapy",
        "rehabilitation_where": "home",
        "anaesthesia_words": "No more than usual.",
        "surgical_risk_words": "No more than usual.",
    }
    journey.record(who, "surgery.booking", dict.fromkeys(no, NO) | dict.fromkeys(yes, YES) | words | more)


def operate(journey: Journey, serial: str, who: str = "sato", **more: str) -> None:
    """A reference pump of 20 mL with 500 mcg/mL and 84 cm of catheter, both parts empty."""
    entries = {
        "pump_model": "Thecal reference pump 20 mL",
        "serial": serial,
        "pump_lot": "P-77",
        "side": "right",
        "mri_class": "conditional",
        "pump_depth_mm": "1.5",
        "catheter_model": "Silicone catheter",
        "catheter_lot": "C-12",
        "catheter_total_mm": "104",
        "catheter_trimmed_mm": "20",
        "tip_level": "T10",
        "tip_seen_on_x_ray": YES,
        "filled_nl": "20",
        "concentration_pg_per_nl": "500",
        "drug_lot": "D-3",
        "tubing_holds": "no_drug",
        "catheter_holds": "no_drug",
    }
    journey.record(who, "surgery.operation", entries | more)


def order(page: Page, **entries: str) -> None:
    """Type into a visit's order. Whoever reads the review next waits for what it says of this."""
    fill(page, entries, within="#draft")


def send(page: Page, dose: str) -> None:
    """Update the pump once the review is of this dose, and see it confirmed."""
    says(page, "#judged .confirm", f"→ {dose}")
    page.locator("#update_pump").click()
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()


def end_visit(page: Page, days: str) -> None:
    """The visit ends, with the next one in so many days."""
    with page.expect_response(lambda response: response.url.endswith("/entry/")):
        page.locator("#next_days").fill(days)
        page.locator("#next_days").blur()
    page.get_by_role("button", name="End visit").click()
    expect(page.get_by_role("heading", level=2, name="Story")).to_be_visible()
