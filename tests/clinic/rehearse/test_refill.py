"""Filling is never blocked: not by a wand that reaches nothing, nor by an update that nobody can settle yet."""

from tests.clinic.helpers import text_of
from tests.clinic.rehearse.desk import ORDER, Desk
from tests.clinic.rehearse.helpers import Clinic

from thecal.clinic.models import Fill
from thecal.clinic.rehearse.place import Hand


def last_fill(desk: Desk) -> Fill:
    """The latest filling on record."""
    fill = Fill.objects.filter(implant=desk.implant).order_by("id").last()
    assert fill is not None
    return fill


def test_a_pump_that_cannot_be_read_is_filled_all_the_same(clinic: Clinic) -> None:
    """What was expected in it is then not known; once it is read, the order begins with the label's concentration."""
    desk = Desk(clinic)
    desk.hand(Hand.LIFT_NOW)
    desk.post("interrogate")
    assert desk.post("refill", desk.entries("2000")).status_code == 302
    fill = last_fill(desk)
    assert (fill.volume_nl, fill.concentration_pg_per_nl) == (20_000_000, 2_000)
    assert fill.residual_expected_nl is None
    assert fill.residual_withdrawn_nl is not None
    assert "nothing to compare with" in desk.page()
    desk.hand(Hand.HOLD)
    desk.post("interrogate")
    page = desk.page()
    assert 'name="concentration" value="2000"' in page
    assert 'name="daily_dose" value="300"' in page


def test_a_refill_after_an_unconfirmed_update_is_still_to_be_told_once_that_is_settled(clinic: Clinic) -> None:
    """Settling clears what was sent, and nothing that came after it."""
    desk = Desk(clinic)
    desk.post("interrogate")
    desk.hand(Hand.LIFT_IN_UPDATE)
    desk.update()
    desk.hand(Hand.HOLD)
    assert "Unconfirmed" in desk.page()
    assert desk.post("refill", desk.entries("2000")).status_code == 302
    desk.post("interrogate")
    page = desk.page()
    assert "Confirmed" in page
    assert "Filled, and the pump not told" in page
    desk.visit.refresh_from_db()
    assert desk.visit.draft == {"fill": last_fill(desk).pk}


def test_another_concentration_than_the_label_is_not_sent(clinic: Clinic) -> None:
    """The page says which two disagree, and the button stays shut."""
    desk = Desk(clinic)
    desk.post("interrogate")
    desk.post("refill", desk.entries("2000"))
    review = text_of(desk.post("preview", ORDER | {"daily_dose": "300"}))
    assert "filled with 2000 mcg/mL; the order says 500 mcg/mL" in review
    assert "Blocked" in review


def test_what_is_found_after_the_fill_is_held_against_it(clinic: Clinic) -> None:
    """More than 1 mL missing from a 20 mL pump is named at its field; nothing entered claims nothing."""
    desk = Desk(clinic)
    desk.post("interrogate")
    desk.post("refill", desk.entries("2000"))
    order = ORDER | {"concentration": "2000", "daily_dose": "300", "bridge": "bridge"}
    assert "found again" not in text_of(desk.post("preview", order))
    missing = text_of(desk.post("preview", order | {"found": "18.9"}))
    assert "20 mL was put in and 18.9 mL found again" in missing
    assert "found again" not in text_of(desk.post("preview", order | {"found": "19"}))
    assert 'href="#found"' in text_of(desk.post("preview", order | {"found": "nineteen"}))
