"""What is typed into a visit: each bad entry is named as the page names it, kept as it was, and does nothing."""

import re

import pytest
from tests.clinic.helpers import text_of
from tests.clinic.rehearse.desk import ORDER, Desk
from tests.clinic.rehearse.helpers import MILO, Clinic

from thecal.clinic.models import Fill, PumpUpdate


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    """Dr Ruiz with Asta, the pump read."""
    desk = Desk(clinic)
    desk.post("interrogate")
    return desk


BAD_REFILLS = [
    ("fill_volume", "", "Volume"),
    ("fill_volume", "1,500", "Volume"),
    ("fill_volume", "0", "Volume"),
    ("fill_volume", "-5", "Volume"),
    ("fill_volume", "20.1", "Volume"),
    ("fill_volume", "NaN", "Volume"),
    ("label", "baclofen 0", "The label"),
    ("label", "", "The label"),
    ("label", "baclofen 0.5 g", "The label"),
    ("label", "500", "The label"),
    ("label", "morphine 500", "The label"),
    ("label_again", "baclofen 0.5 g", "The label, again"),
    ("said_born", "05/06/1984", "Date of birth"),
    ("said_born", "31 Feb 1984", "Date of birth"),
    ("expires", "soon", "Expires"),
    ("expires", "2027-13", "Expires"),
    ("withdrawn", "some", "Withdrawn"),
    ("lot", "A" * 61, "Lot"),
]


@pytest.mark.parametrize(("name", "typed", "field"), BAD_REFILLS)
def test_a_bad_refill_fills_nothing(desk: Desk, name: str, typed: str, field: str) -> None:
    """The field is named, what was typed is still there, and the reservoir holds what it held."""
    before = Fill.objects.count()
    refused = desk.post("refill", desk.entries(**{name: typed}))
    assert refused.status_code == 422
    page = text_of(refused)
    assert f">{field}</a>:" in page
    assert re.search(rf'name="{name}"[^>]* value="{re.escape(typed)}"', page)
    assert Fill.objects.count() == before


@pytest.mark.parametrize("days", ["0", "367", "abc", "-1", "1.5", "9" * 5_000])
def test_the_next_visit_is_in_a_number_of_days(desk: Desk, days: str) -> None:
    """One line at the field; the visit stays open."""
    refused = desk.post("close", {"next_days": days})
    assert refused.status_code == 422
    assert ">See again in</a>:" in text_of(refused)
    desk.visit.refresh_from_db()
    assert desk.visit.closed_ms is None


def test_a_fourteenth_step_is_refused_and_not_dropped(clinic: Clinic) -> None:
    """A day has thirteen; what somebody typed is never left out in silence."""
    desk = Desk(clinic, record_number=MILO)
    desk.post("interrogate")
    rows = {f"start_0_{row}": f"{row:02d}:00" for row in range(14)} | {f"rate_0_{row}": "11" for row in range(14)}
    order = ORDER | {"mode": "flex", "concentration": "2000"} | rows
    page = text_of(desk.post("preview", order))
    assert "Step 14: from</a>: is one step too many" in page
    assert desk.digest(order) == ""
    del order["start_0_13"], order["rate_0_13"]
    assert desk.digest(order)


def test_rows_keep_their_places(clinic: Clinic) -> None:
    """A row left empty in the middle is no step, and the row that is wrong is the one that is named."""
    desk = Desk(clinic, record_number=MILO)
    desk.post("interrogate")
    rows = {"start_0_0": "00:00", "rate_0_0": "10", "start_0_2": "08:00", "rate_0_2": "12"}
    order = ORDER | {"mode": "flex", "concentration": "2000"} | rows
    assert desk.digest(order)
    assert 'data-wrong="rate_0_2"' in text_of(desk.post("preview", order | {"rate_0_2": "abc"}))
    assert 'data-wrong="start_0_2"' in text_of(desk.post("preview", order | {"start_0_2": "24:00"}))
    assert 'data-wrong="rate_0_2"' in text_of(desk.post("preview", order | {"rate_0_2": "0"}))


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("daily_dose", "1,500"),
        ("daily_dose", "0"),
        ("daily_dose", "0.3 mg"),
        ("daily_dose", "999999999"),
        ("concentration", "1.500"),
        ("concentration", "0"),
        ("low_alarm", "-5"),
        ("low_alarm", "400"),
        ("mode", "sideways"),
        ("reason", "x" * 451),
    ],
)
def test_a_bad_entry_is_named_as_the_page_names_it_and_sends_nothing(desk: Desk, field: str, typed: str) -> None:
    """The refusal links to an entry that is on the page."""
    refused = desk.post("update", {"digest": "0" * 64} | ORDER | {field: typed})
    assert refused.status_code == 422
    page = text_of(refused)
    assert f'data-wrong="{field}"' in page
    assert f'id="{field}"' in page
    assert not PumpUpdate.objects.filter(visit=desk.visit).exists()
