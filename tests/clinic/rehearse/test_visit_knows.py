"""What a visit takes from the records: why delivery stopped, what the path holds, who may change a dose."""

import re
from dataclasses import replace

import pytest
from tests.clinic.helpers import text_of
from tests.clinic.rehearse.desk import ORDER, Desk, code_of
from tests.clinic.rehearse.helpers import Clinic

from thecal.clinic.circumstances import before_stop_pg_per_day, held_by, previous_program
from thecal.clinic.models import Fill, Implant, Person
from thecal.clinic.models.pumps import Holds
from thecal.clinic.visit_findings import prime_offer
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.states import State
from thecal.rehearsal.world import World
from thecal.units import HOUR_MS, SECOND_MS

OFFER = "Offer the previous program"
PATH_NL = 335_800
RESTORED = ORDER | {"daily_dose": "300", "reason": "Delivery goes on."}


def stopped(clinic: Clinic, for_ms: int = 0, person: Person | None = None) -> Desk:
    """Asta's pump, stopped for so long and read again."""
    desk = Desk(clinic, person)
    desk.post("interrogate")
    desk.post("stop")
    with World.open(clinic.path) as world:
        world.advance_to(clinic.now.clinic_ms + for_ms)
    desk.pass_time(for_ms)
    desk.post("interrogate")
    assert desk.read().at_ms - desk.read().state_since_ms == for_ms
    return desk


def ordered(desk: Desk) -> str:
    """The dose that stands in the draft."""
    found = re.search(r'name="daily_dose" value="([^"]*)"', desk.page())
    assert found is not None
    return found.group(1)


def test_after_a_stop_no_dose_stands_in_the_order(clinic: Clinic) -> None:
    """What runs is a stopped pump: the dose before it is nobody's order yet."""
    desk = stopped(clinic)
    page = desk.page()
    assert ordered(desk) == ""
    assert re.search(r'value="stopped" checked', page)


@pytest.mark.parametrize(
    ("for_ms", "interruption", "is_offered"),
    [
        (HOUR_MS, "on_purpose", True),
        (HOUR_MS, "scan", True),
        (HOUR_MS, "", False),
        (HOUR_MS, "repair", False),
        (HOUR_MS, "holiday", False),
        (HOUR_MS, "overdose", False),
        (48 * HOUR_MS, "on_purpose", True),
        (48 * HOUR_MS + SECOND_MS, "on_purpose", False),
        (400 * HOUR_MS, "on_purpose", False),
    ],
)
def test_the_previous_program_is_offered_after_a_short_interruption_of_known_cause(
    clinic: Clinic, for_ms: int, interruption: str, is_offered: bool
) -> None:
    """And only then: the button fills the order, and sends nothing."""
    desk = stopped(clinic, for_ms)
    typed = ORDER | {"mode": "stopped", "daily_dose": "", "interruption": interruption}
    assert (OFFER in text_of(desk.post("preview", typed))) == is_offered
    desk.post("draft", typed | {"previous": "yes"})
    assert ordered(desk) == ("300" if is_offered else "")
    assert desk.read().state is State.STOPPED


def test_a_running_pump_is_offered_nothing(clinic: Clinic) -> None:
    """There is nothing to restore."""
    desk = Desk(clinic)
    desk.post("interrogate")
    assert OFFER not in text_of(desk.post("preview", ORDER | {"interruption": "on_purpose"}))
    assert before_stop_pg_per_day(desk.implant, desk.read()) is None


def test_what_ran_before_a_stop_by_order_is_known_from_the_last_confirmed_update(clinic: Clinic) -> None:
    """The pump keeps only the order to stop; the record keeps the dose."""
    desk = Desk(clinic)
    desk.post("interrogate")
    second = {"second_person": "okafor", "second_code": code_of(clinic.okafor)}
    assert desk.update(mode="stopped", daily_dose="", **second).status_code == 302
    read = desk.read()
    assert read.state is State.STOPPED
    before = previous_program(desk.implant, read)
    assert before is not None
    assert isinstance(before.infusion_mode, SimpleContinuous)
    assert before_stop_pg_per_day(desk.implant, read) == 300_000_000
    desk.post("interrogate")
    typed = RESTORED | {"interruption": "on_purpose"}
    assert "restart" not in " ".join(_rules(desk, typed))
    assert "restart.dose" in _rules(desk, typed | {"daily_dose": "301"})


def _rules(desk: Desk, typed: dict[str, str]) -> list[str]:
    """The rules of the review, by what they say."""
    review = text_of(desk.post("preview", typed))
    said = {"more than the dose before": "restart.dose", "tolerance may be lost": "restart.interruption"}
    return [rule for words, rule in said.items() if words in review]


def test_a_restart_that_nobody_explained_takes_two_people(clinic: Clinic) -> None:
    """Never blocked; the cause is asked for beside it."""
    desk = stopped(clinic, HOUR_MS)
    review = text_of(desk.post("preview", RESTORED))
    assert "Why delivery was interrupted is not known." in review
    assert "Wants a second person." in review
    assert "Wants" not in text_of(desk.post("preview", RESTORED | {"interruption": "on_purpose"}))


@pytest.mark.parametrize(
    ("for_ms", "interruption", "dose", "alone"),
    [
        (HOUR_MS, "on_purpose", "300", True),
        (48 * HOUR_MS, "scan", "300", True),
        (HOUR_MS, "on_purpose", "299", False),
        (HOUR_MS, "on_purpose", "301", False),
        (HOUR_MS, "", "300", False),
        (HOUR_MS, "overdose", "300", False),
        (48 * HOUR_MS + SECOND_MS, "scan", "300", False),
    ],
)
def test_a_nurse_restores_alone_what_is_offered_and_anything_else_with_a_prescriber(
    clinic: Clinic, for_ms: int, interruption: str, dose: str, alone: bool
) -> None:
    """Withdrawal does not wait for a prescriber where the stop was short and explained; a restart is no step."""
    desk = stopped(clinic, for_ms, clinic.lindqvist)
    review = text_of(desk.post("preview", RESTORED | {"interruption": interruption, "daily_dose": dose}))
    assert ("a prescriber as the second person" not in review) == alone
    assert ("Wants" not in review) == alone


def _holding(desk: Desk, tubing: Holds, catheter: Holds) -> Implant:
    desk.implant.tubing_holds, desk.implant.catheter_holds = tubing, catheter
    desk.implant.save()
    return desk.implant


@pytest.mark.parametrize(
    ("tubing", "catheter", "is_offered", "says"),
    [
        (Holds.DRUG, Holds.NO_DRUG, True, "0.1958 mL of the path is recorded to hold no drug"),
        (Holds.NO_DRUG, Holds.NO_DRUG, True, "0.3358 mL of the path is recorded to hold no drug"),
        (Holds.NO_DRUG, Holds.DRUG, False, "it would push 97.9 mcg"),
        (Holds.UNKNOWN, Holds.NO_DRUG, False, "what the tubing holds is not known"),
        (Holds.UNKNOWN, Holds.UNKNOWN, False, "167.9 mcg may lie in the path already"),
    ],
)
def test_a_prime_is_offered_only_for_parts_recorded_to_hold_no_drug(
    clinic: Clinic, tubing: Holds, catheter: Holds, is_offered: bool, says: str
) -> None:
    """Before the first program; what is not known, or would be pushed out, is said with its micrograms."""
    desk = Desk(clinic)
    desk.post("interrogate")
    never = replace(desk.read(), program=None)
    offer = prime_offer(_holding(desk, tubing, catheter), never, 500)
    assert offer is not None
    assert offer.is_offered == is_offered
    assert says in offer.says.replace("\u00a0", " ")


def test_a_full_path_has_nothing_to_prime(clinic: Clinic) -> None:
    """Drug recorded, or a pump that has long been running."""
    desk = Desk(clinic)
    desk.post("interrogate")
    read = desk.read()
    assert prime_offer(_holding(desk, Holds.DRUG, Holds.DRUG), replace(read, program=None), 500) is None
    assert prime_offer(_holding(desk, Holds.UNKNOWN, Holds.UNKNOWN), read, 500) is None


@pytest.mark.parametrize("short_nl", [PATH_NL, 2, 1, 0, -1, -2, -PATH_NL])
def test_an_empty_path_counts_as_full_once_its_volume_went_through_it(clinic: Clinic, short_nl: int) -> None:
    """To the nanolitre, by what the pump counts since its first fill."""
    desk = Desk(clinic)
    desk.post("interrogate")
    implant = _holding(desk, Holds.NO_DRUG, Holds.NO_DRUG)
    Fill.objects.filter(implant=implant).delete()
    Fill.objects.create(
        implant=implant, at_ms=0, volume_nl=20_000_000, concentration_pg_per_nl=500, by=desk.clinic.ruiz
    )
    read = replace(desk.read(), reservoir_nl=20_000_000 - PATH_NL + short_nl)
    held = held_by(implant, read, Holds.NO_DRUG)
    assert held is not None
    assert held.name == ("NO_DRUG" if short_nl > 0 else "DRUG")


def test_a_prime_is_ordered_and_after_it_the_parts_hold_drug(clinic: Clinic) -> None:
    """A new catheter behind a pump that runs: primed once, then full on record."""
    desk = Desk(clinic)
    desk.post("interrogate")
    implant = _holding(desk, Holds.DRUG, Holds.NO_DRUG)
    Fill.objects.filter(implant=implant).delete()
    assert "Prime the parts that hold no drug" in desk.page()
    sent = desk.update(daily_dose="300", prime="yes")
    assert sent.status_code == 302
    update = desk.visit.updates.get()
    assert update.read().bolus is not None
    implant.refresh_from_db()
    assert (implant.tubing_holds, implant.catheter_holds) == (Holds.DRUG, Holds.DRUG)
    desk.post("interrogate")
    assert "Prime the parts" not in desk.page()


def test_only_those_who_hold_the_wand_see_its_buttons(clinic: Clinic) -> None:
    """A therapist reads the visit; nothing on it can be pressed."""
    desk = Desk(clinic)
    desk.post("interrogate")
    brandt = Person.objects.get(username="brandt")
    page = Desk.page_of(brandt, desk.visit)
    assert "300 mcg/day" in page
    for button in ("Interrogate</button>", "Stop pump now", "Update pump", "End visit", ">Fill</button>"):
        assert button in desk.page()
        assert button not in page
