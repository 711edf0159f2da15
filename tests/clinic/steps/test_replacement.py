"""Replacement in the clinic: what is due when, and a new pump on the catheter that stays."""

from typing import Any

import pytest
from tests.clinic.helpers import START_MS, at, make_implant, text_of
from tests.clinic.steps.helpers import preview
from tests.clinic.steps.theatre import OPERATED, PUMP, Theatre

from thecal.care.replacement import Phase, phase_of
from thecal.clinic.actions import record_read_out
from thecal.clinic.circumstances import pump_before
from thecal.clinic.models import Fill, Implant, Stage
from thecal.clinic.models.pumps import Holds
from thecal.clinic.steps.operating import case_of, unbridged
from thecal.clinic.steps.replacement import new_pump_case, replacement_case
from thecal.programmer.review.circumstances import PumpBefore
from thecal.rehearsal.world import World
from thecal.units import DAY_MS, HOUR_MS

YEAR = 365 * DAY_MS
LIFE = 7 * YEAR
NEW = PUMP | {"serial": "TH-90010", "concentration_pg_per_nl": "2000", "catheter_holds": "drug"}


def ageing(theatre: Theatre, *, days_to_indicator: int) -> Implant:
    """A pump that was read, whose indicator is due in so many days; it was put in when it was made."""
    made_ms = theatre.now_ms + days_to_indicator * DAY_MS - (LIFE - 90 * DAY_MS)
    implant = make_implant(theatre.patient, implanted_ms=made_ms)
    theatre.read(made_ms=made_ms)
    return implant


@pytest.mark.parametrize(
    ("days", "phase", "work"),
    [
        (366, Phase.PLAN, [("Planned", "Plan the pump's replacement")]),
        (181, Phase.PLAN, [("Planned", "Plan the pump's replacement")]),
        (180, Phase.AUTHORISE, [("Today", "Have the pump's replacement authorised")]),
        (1, Phase.AUTHORISE, [("Today", "Have the pump's replacement authorised")]),
        (0, Phase.SOUNDED, [("Today", "Book the pump's replacement")]),
        (-89, Phase.SOUNDED, [("Today", "Book the pump's replacement")]),
        (-90, Phase.ENDED, [("Now", "Replace the pump as an emergency")]),
    ],
)
def test_the_worklist_follows_the_pump_s_age(
    elsewhere: Theatre, days: int, phase: Phase, work: list[tuple[str, str]]
) -> None:
    """Each threshold from the date that was read of the pump; at 366 days the pump is in its sixth year."""
    ageing(elsewhere, days_to_indicator=days)
    assert phase_of(replacement_case(elsewhere.known())) is phase
    assert elsewhere.work("replacement") == work


def test_a_young_pump_asks_for_nothing(elsewhere: Theatre) -> None:
    """Two years old, the indicator known: no row."""
    ageing(elsewhere, days_to_indicator=1_700)
    assert elsewhere.work("replacement") == []
    assert "To be planned from" in elsewhere.page("replacement")


def test_a_pump_that_was_never_read_is_planned_from_its_fifth_year(elsewhere: Theatre) -> None:
    """An unknown indicator is said, and takes the stricter side."""
    implant = make_implant(elsewhere.patient, implanted_ms=START_MS - 5 * YEAR + 1)
    assert elsewhere.work("replacement") == []
    assert "not known" in elsewhere.page("replacement")
    Implant.objects.filter(pk=implant.pk).update(implanted_ms=START_MS - 5 * YEAR)
    assert elsewhere.work("replacement") == [("Today", "Have the pump's replacement authorised")]


def test_a_plan_takes_each_row_away_that_it_answers(elsewhere: Theatre) -> None:
    """Referred and authorised with a date in time: only the operation is left."""
    ageing(elsewhere, days_to_indicator=100)
    elsewhere.done("replacement.plan", {"surgeon": "Sol Person", "reason": "the payer has been asked"})
    assert elsewhere.work("replacement") == [("Today", "Have the pump's replacement authorised")]
    elsewhere.wait(DAY_MS)
    elsewhere.done("replacement.plan", {"surgeon": "Sol Person", "authorised": "yes", "surgery_day": "2026-05-20"})
    assert elsewhere.work("replacement") == [("Planned", "Replace the pump")]


def test_a_date_more_than_four_weeks_after_the_indicator_asks_for_two(elsewhere: Theatre) -> None:
    """28 days from 3 March is 31 March; 1 April is refused to one person."""
    ageing(elsewhere, days_to_indicator=0)
    plan = {"surgeon": "Sol Person", "authorised": "yes"}
    late = elsewhere.send("replacement.plan", plan | {"surgery_day": "2026-04-01"})
    assert late.status_code == 422
    assert "Bring it forward" in text_of(late)
    elsewhere.done("replacement.plan", plan | {"surgery_day": "2026-03-31"})


def test_an_indicator_that_was_only_heard_counts(elsewhere: Theatre) -> None:
    """The read-out says years; the patient hears it beep."""
    ageing(elsewhere, days_to_indicator=1_000)
    heard = {"sounded_ms": "2026-03-03T08:00", "surgeon": "Sol Person", "authorised": "yes"}
    elsewhere.done("replacement.plan", elsewhere.agreed(heard))
    assert elsewhere.work("replacement") == [("Today", "Book the pump's replacement")]


def test_an_end_that_was_heard_is_an_emergency(elsewhere: Theatre) -> None:
    """At any age, and the plan is kept."""
    ageing(elsewhere, days_to_indicator=1_000)
    record = elsewhere.done("replacement.plan", elsewhere.agreed({"ended": "yes", "surgeon": "Sol Person"}))
    assert record.urgency == "now"
    assert ("Now", "Replace the pump as an emergency") in elsewhere.work("replacement")
    assert "Treat it as withdrawal" in elsewhere.page("replacement")


@pytest.mark.parametrize(("answer", "paid"), [("granted", True), ("refused", False)])
def test_the_payer_s_answer_counts_for_this_pump_only(elsewhere: Theatre, answer: str, paid: bool) -> None:
    """An answer about the pump before does not authorise this one."""
    elsewhere.write("coverage.authorisation", {"purpose": "replacement", "answer": answer})
    make_implant(elsewhere.patient, implanted_ms=START_MS + 1)
    assert replacement_case(elsewhere.known()).authorised is None
    elsewhere.now_ms += 2
    elsewhere.write("coverage.authorisation", {"purpose": "replacement", "answer": answer})
    assert replacement_case(elsewhere.known()).authorised is paid


def test_a_new_pump_takes_the_old_one_s_place_on_its_catheter(theatre: Theatre) -> None:
    """The old pump is removed on record and in the room; length, tip and what the catheter holds stay."""
    theatre.operate(catheter_holds="no_drug")
    old = theatre.implant
    theatre.program()
    theatre.wait(9 * HOUR_MS)
    theatre.done("surgery.discharge", theatre.agreed({"against_advice": "yes"}), theatre.team.bob)
    theatre.done("replacement.plan", {"surgeon": "Sol Person", "surgery_day": "2026-03-03"})
    assert theatre.work("surgery") == []
    asked = theatre.send("replacement.operation", NEW)
    assert asked.status_code == 422, "another concentration asks for a bridge"
    theatre.done("replacement.operation", NEW | {"reason": "bridge decided in the visit"})
    old.refresh_from_db()
    new = theatre.implant
    assert (old.removed_ms, old.removed_why) == (theatre.now_ms, "replaced")
    assert (new.serial, new.implanted_ms, new.catheter_holds) == ("TH-90010", theatre.now_ms, Holds.DRUG)
    assert (new.catheter_implanted_mm, new.tip_level, new.catheter_lot) == (770, "T10", "C-1")
    assert Fill.objects.get(implant=new).concentration_pg_per_nl == 2_000
    assert theatre.room.open_session(new, theatre.team.alice).interrogate().serial == "TH-90010"
    assert theatre.patient.stage == Stage.TITRATING
    assert ("Today", "Program the pump") in theatre.work("surgery")
    assert replacement_case(theatre.known()).surgery_ms is None


@pytest.mark.parametrize("name", ["serial", "pump_model", "filled_nl"])
def test_a_new_pump_that_cannot_be_kept_leaves_the_old_one_in(theatre: Theatre, name: str) -> None:
    """On record and in the room."""
    theatre.operate()
    refused = theatre.send("replacement.operation", NEW | {name: "", "reason": "bridge decided in the visit"})
    assert refused.status_code == 422
    assert theatre.implant.serial == OPERATED["serial"]
    assert theatre.world is not None
    with World.open(theatre.world) as world:
        assert world.serial(theatre.patient.record_number) == OPERATED["serial"]


def test_empty_tubing_on_a_full_catheter_shows_the_bolus_that_a_prime_would_be(elsewhere: Theatre) -> None:
    """0.14 mL of the 2000 mcg/mL that were read of the old pump: 280 mcg; and two people have to agree."""
    ageing(elsewhere, days_to_indicator=0)
    values = NEW | {"tubing_holds": "no_drug"}
    page = preview(elsewhere.client, elsewhere.team.sol, elsewhere.patient, "replacement.operation", values)
    shown = text_of(page)
    assert "push 280 mcg through the tip" in shown
    assert "0.14 mL of fluid without drug" in shown
    assert elsewhere.send("replacement.operation", values | {"reason": "not primed, watched"}).status_code == 422


@pytest.mark.parametrize(("filled", "same"), [("500", False), ("2000", True)])
def test_the_old_pump_s_concentration_is_what_the_catheter_holds(elsewhere: Theatre, filled: str, same: bool) -> None:
    """As last read of it: 2000 mcg/mL."""
    ageing(elsewhere, days_to_indicator=0)
    values: dict[str, Any] = {"catheter_holds": "drug", "concentration_pg_per_nl": int(filled)}
    case = new_pump_case(values, elsewhere.known())
    assert (case.operation.concentration_pg_per_nl == case.new_concentration_pg_per_nl) is same


def test_a_rehearsal_s_catheter_cannot_be_said_to_be_emptied(theatre: Theatre) -> None:
    """Nobody has emptied it, and a prime of it would be an overdose."""
    theatre.operate()
    refused = theatre.send("replacement.operation", NEW | {"catheter_holds": "no_drug"})
    assert "cannot be emptied" in text_of(refused)
    assert theatre.implant.serial == OPERATED["serial"]


def test_an_emptied_catheter_is_written_down_where_people_have_emptied_it(elsewhere: Theatre) -> None:
    """Then both parts may be primed, and nothing is asked of a bridge."""
    ageing(elsewhere, days_to_indicator=0)
    elsewhere.done("replacement.operation", NEW | {"catheter_holds": "no_drug", "tubing_holds": "no_drug"})
    assert (elsewhere.implant.tubing_holds, elsewhere.implant.catheter_holds) == (Holds.NO_DRUG, Holds.NO_DRUG)


def test_a_first_program_of_another_concentration_says_what_the_tip_gets(theatre: Theatre) -> None:
    """500 in the catheter, 2000 in the pump: a quarter of the dose; once it has run, nothing more is said."""
    theatre.operate()
    assert unbridged(theatre.implant, dose_pg_per_day=100_000_000, concentration_pg_per_nl=2_000) == []
    theatre.wait(DAY_MS)
    theatre.done("replacement.operation", NEW | {"reason": "bridge decided in the visit"})
    found = unbridged(theatre.implant, dose_pg_per_day=100_000_000, concentration_pg_per_nl=2_000)
    assert "25 % of the dose" in found[0].says
    assert unbridged(theatre.implant, dose_pg_per_day=100_000_000, concentration_pg_per_nl=500) == []
    assert case_of(theatre.implant, 2_000).concentration_pg_per_nl == 500
    theatre.program()
    assert unbridged(theatre.implant, dose_pg_per_day=100_000_000, concentration_pg_per_nl=2_000) == []


def test_a_correction_replaces_nothing_again(theatre: Theatre) -> None:
    """The lot is mended; there are two pumps on record, not three."""
    theatre.operate()
    theatre.wait(DAY_MS)
    record = theatre.done("replacement.operation", NEW | {"reason": "bridge decided in the visit"})
    theatre.wait(DAY_MS)
    mended = NEW | {"pump_lot": "P-9", "reason": "bridge decided in the visit", "corrects": str(record.pk)}
    theatre.done("replacement.operation", mended)
    assert theatre.implant.pump_lot == "P-9"
    assert theatre.implant.implanted_ms == theatre.now_ms - DAY_MS
    assert Implant.objects.filter(patient=theatre.patient).count() == 2


def test_without_a_pump_there_is_nothing_to_replace(elsewhere: Theatre) -> None:
    """The page says so, and the sheet leads to the first operation."""
    assert "none in the patient" in elsewhere.page("replacement")
    refused = elsewhere.send("replacement.operation", NEW | {"reason": "bridge decided in the visit"})
    assert "No pump is in" in text_of(refused) or "no pump is in" in text_of(refused)


def test_what_the_pump_before_gave_is_known_from_its_last_read_out(elsewhere: Theatre) -> None:
    """Its dose, and that it ran until it was taken out; a first pump has none before it; unread, neither is known."""
    old = make_implant(elsewhere.patient, implanted_ms=START_MS - 400 * DAY_MS)
    assert pump_before(old) is None
    read = elsewhere.read(made_ms=START_MS - 400 * DAY_MS)
    record_read_out(implant=old, interrogation=read, acting=elsewhere.team.alice, now=at(elsewhere.now_ms))
    Implant.objects.filter(pk=old.pk).update(removed_ms=elsewhere.now_ms, removed_why="replaced")
    new = make_implant(elsewhere.patient, implanted_ms=elsewhere.now_ms)
    assert pump_before(new) == PumpBefore(dose_pg_per_day=300_000_000, ended_ms=elsewhere.now_ms)
    old.read_outs.all().delete()
    assert pump_before(new) == PumpBefore(dose_pg_per_day=None, ended_ms=None)
