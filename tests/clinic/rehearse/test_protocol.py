"""The refill's protocol in the clinic: blind where it should be, kept at once, and nothing left undone in silence."""

import re
from datetime import date

import pytest
from django.urls import reverse
from tests.clinic.helpers import text_of
from tests.clinic.rehearse.desk import ORDER, Desk
from tests.clinic.rehearse.helpers import Clinic

from thecal.clinic.models import AuditRow, Fill, Visit
from thecal.clinic.rehearse.place import Hand
from thecal.clinic.worklist import worklist
from thecal.units import DAY_MS, MINUTE_MS

SAME = ORDER | {"daily_dose": "300", "reason": ""}
LINE_OCTETS = 75


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    """The nurse with Asta, the pump read: 300 mcg/day of 500 mcg/mL."""
    desk = Desk(clinic, clinic.lindqvist)
    desk.post("interrogate")
    return desk


def last_fill(desk: Desk) -> Fill:
    """The latest filling on record."""
    fill = Fill.objects.filter(implant=desk.implant).order_by("id").last()
    assert fill is not None
    return fill


def kept(desk: Desk) -> dict[str, str]:
    """The protocol as it is kept."""
    desk.visit.refresh_from_db()
    return dict(desk.visit.draft.get("refill") or {})


def enter(desk: Desk, name: str, text: str) -> str:
    """One entry kept as the page keeps it when it is left, and the pieces that come back."""
    address = reverse("visit_entry", args=[desk.visit.pk])
    return text_of(desk.client.post(address, {name: text}, HTTP_HX_REQUEST="true"))


def is_closed(desk: Desk) -> bool:
    """Whether the visit has ended."""
    return Visit.objects.get(pk=desk.visit.pk).closed_ms is not None


def left(page: str) -> list[str]:
    """What the page says is not yet done."""
    listed = re.search(r'<section id="tasks".*?</section>', page, re.DOTALL)
    assert listed is not None, "what is not yet done is always in sight"
    return re.findall(r'<a href="#\w+">(.*?)</a>', listed.group())


def test_the_expected_residual_is_nowhere_before_the_withdrawn_one_is_written_down(desk: Desk) -> None:
    """Not on the page, not in the review, not in the answer to an entry; then it stands beside it."""
    expected = f"{desk.read().reservoir_nl / 1_000_000:.1f} mL"
    before = [
        desk.page(),
        text_of(desk.post("preview", SAME)),
        enter(desk, "lot", "A17"),
        enter(desk, "withdrawn", "about seven"),
    ]
    assert [text for text in before if expected in text] == []
    after = enter(desk, "withdrawn", "7.1")
    assert f"7.1 mL withdrawn, <strong>{expected} expected</strong>" in after
    assert expected in desk.page()


def test_a_refill_that_takes_longer_than_a_read_out_stands_keeps_what_was_expected(desk: Desk) -> None:
    """Twenty minutes later the pump is read again before anything is reviewed; the residual has its comparison."""
    expected_nl = desk.read().reservoir_nl
    desk.pass_time(20 * MINUTE_MS)
    assert desk.post("refill", desk.entries()).status_code == 302
    found = last_fill(desk).residual_expected_nl
    assert found is not None
    assert 0 < expected_nl - found < 10_000, "a few minutes at 0.6 mL a day"
    assert "nothing to compare with" not in desk.page()


def test_a_visit_without_a_refill_shows_the_reservoir_once_somebody_says_so(desk: Desk) -> None:
    """And the fill that comes all the same keeps that it was seen before."""
    expected = f"{desk.read().reservoir_nl / 1_000_000:.1f} mL"
    desk.post("entry", {"seen": "yes"})
    assert expected in desk.page()
    desk.post("refill", desk.entries())
    assert last_fill(desk).checks["seen"] == "yes"


def test_the_first_reading_of_the_label_is_never_shown_again(desk: Desk) -> None:
    """Before the second one is there; afterwards both are the same."""
    answer = enter(desk, "label", "baclofen 777 mcg/mL")
    assert "777" not in answer
    assert "kept out of sight" in answer
    assert "777" not in desk.page()
    assert kept(desk)["label"] == "baclofen 777 mcg/mL"
    desk.post("entry", {"label_again": "Baclofen 777"})
    assert "Read twice, the same: <strong>baclofen, 777 mcg/mL" in desk.page()


def test_two_readings_that_differ_are_both_thrown_away(desk: Desk) -> None:
    """Nothing is filled, neither is shown, and the label is read again."""
    before = Fill.objects.count()
    refused = desk.post("refill", desk.entries(label_again="baclofen 2000"))
    assert refused.status_code == 422
    page = text_of(refused)
    assert "the two readings differ" in page
    assert not {"label", "label_again"} & {name for name, text in kept(desk).items() if text}
    assert kept(desk)["lot"] == "A17", "the other entries stay"
    assert Fill.objects.count() == before
    again = {"label": "baclofen 500", "label_again": "baclofen 500"}
    assert desk.post("refill", again).status_code == 302
    assert Fill.objects.count() == before + 1


def test_every_entry_is_kept_at_once_and_outlives_a_break(desk: Desk) -> None:
    """One by one, in any order; a new page shows them all but the first reading."""
    entries = desk.entries()
    for name in reversed(entries):
        desk.post("entry", {name: entries[name]})
    page = desk.page()
    for name in ("said_born", "said_record_number", "lot", "expires", "withdrawn", "fill_volume"):
        assert re.search(rf'name="{name}"[^>]* value="{entries[name]}"', page), name
    assert left(page) == ["Fill", "Tell the pump: update it", "See that it runs", "Book the next refill"]


def test_what_is_kept_with_the_fill_is_the_whole_protocol(desk: Desk) -> None:
    """Lot, last day, place, what was withdrawn and expected, and every check."""
    desk.post("refill", desk.entries(place="home", expires="2027-02", withdrawn="7.2"))
    fill = last_fill(desk)
    assert (fill.lot, fill.expires, fill.place) == ("A17", date(2027, 2, 28), "home")
    assert fill.residual_withdrawn_nl == 7_200_000
    assert fill.residual_expected_nl == desk.read().reservoir_nl
    assert fill.checks["needle_before"] == fill.checks["needle_after"] == "good"
    assert fill.checks["visit"] == desk.visit.pk
    assert fill.checks["said_record_number"] == desk.patient.record_number


def test_the_syringe_shows_and_a_person_writes_it_down(desk: Desk) -> None:
    """What the syringe reads is no entry: until somebody types it, the residual is not known."""
    for _ in range(2):
        desk.post("withdraw")
        page = desk.page()
        assert "The syringe reads 7.4 mL." in page
    assert re.search(r'name="withdrawn"[^>]* value=""', page)
    assert "Write down what was withdrawn" in left(page)
    desk.post("refill", desk.entries(withdrawn=""))
    assert last_fill(desk).residual_withdrawn_nl is None
    assert "is not known, so nothing can be compared" in desk.page()


def test_a_routine_refill_takes_one_nurse_and_no_reason(desk: Desk) -> None:
    """Same drug, same concentration, same dose: filled, told, seen to run, booked, ended."""
    desk.post("withdraw")
    desk.post("refill", desk.entries())
    assert left(desk.page()) == ["Tell the pump: update it", "See that it runs", "Book the next refill"]
    sent = desk.post("update", {"digest": desk.digest(SAME)} | SAME)
    assert sent.status_code == 302
    assert left(desk.page()) == ["Book the next refill"]
    assert desk.read().reservoir_nl == 20_000_000
    assert desk.post("close", {"next_days": "20"}).status_code == 302
    assert is_closed(desk)


@pytest.mark.parametrize(
    ("changed", "wants"),
    [
        ({"said_born": ""}, "a reason"),
        ({"said_born": "18 Jan 1984"}, "a reason and a second person"),
        ({"label_again": ""}, "a reason"),
        ({"lot": ""}, "a reason"),
        ({"expires": ""}, "a reason"),
        ({"expires": "2026-02"}, "a reason and a second person"),
        ({"needle_before": ""}, "a reason"),
        ({"needle_before": "not_at_stop"}, "a reason and a second person"),
        ({"needle_after": "swelling"}, "a reason and a second person"),
        ({"withdrawn": ""}, "a reason"),
        ({"label": "baclofen 2000", "label_again": "baclofen 2000"}, "a reason and a prescriber as the second person"),
    ],
)
def test_what_was_left_open_is_asked_for_before_the_pump_is_told(
    desk: Desk, changed: dict[str, str], wants: str
) -> None:
    """The fill itself waits for none of it."""
    assert desk.post("refill", desk.entries(**changed)).status_code == 302
    concentration = str(last_fill(desk).concentration_pg_per_nl)
    review = text_of(desk.post("preview", SAME | {"concentration": concentration, "bridge": "bridge"}))
    assert f"Wants {wants}." in review


@pytest.mark.parametrize(("expires", "is_expired"), [("2026-02-28", True), ("2026-03-02", True), ("2026-03-03", False)])
def test_drug_is_in_date_to_the_end_of_its_last_day(desk: Desk, expires: str, is_expired: bool) -> None:
    """It is Tuesday 3 March 2026."""
    desk.post("refill", desk.entries(expires=expires))
    assert ("past the expiry" in text_of(desk.post("preview", SAME))) == is_expired


def test_another_patient_is_not_filled_on_this_record(desk: Desk) -> None:
    """Neither birthday nor number: this can wait until the right record is open."""
    before = Fill.objects.count()
    refused = desk.post("refill", desk.entries(said_born="12 Sep 1971", said_record_number="R-0001"))
    assert refused.status_code == 422
    assert "Neither the date of birth nor the record number" in text_of(refused)
    assert Fill.objects.count() == before


def test_a_visit_does_not_end_between_emptying_and_filling(desk: Desk) -> None:
    """Nothing is delivered from an empty reservoir."""
    desk.post("withdraw")
    page = text_of(desk.client.post(reverse("visit_close", args=[desk.visit.pk]), {"next_days": "3"}, follow=True))
    assert "was emptied and is not filled" in page
    assert not is_closed(desk)


def told(desk: Desk) -> Desk:
    """Filled, and the pump told."""
    desk.post("refill", desk.entries())
    assert desk.post("update", {"digest": desk.digest(SAME)} | SAME).status_code == 302
    return desk


@pytest.mark.parametrize(("ending", "ends"), [
    ({}, False), ({"next_days": "300"}, False), ({"next_days": "20"}, True),
    ({"next_days": "300", "booking_why": "Home nurse sees her monthly."}, True), ({"booking_why": "Moves away."}, True),
])  # fmt: skip
def test_the_next_refill_is_booked_in_time_or_for_a_reason(desk: Desk, ending: dict[str, str], ends: bool) -> None:
    """The book-by date is some weeks away; three hundred days are too late."""
    answer = told(desk).post("close", ending)
    assert is_closed(desk) == ends
    assert answer.status_code == (302 if ends else 422)
    row = AuditRow.objects.filter(action="close visit").last()
    assert ends == (row is not None and row.subject == f"visit {desk.visit.pk}")


def test_an_update_and_a_protocol_under_way_do_not_lose_one_another(desk: Desk) -> None:
    """A confirmed update clears the order, not the refill that was begun."""
    desk.post("entry", {"lot": "A17"})
    assert desk.update(daily_dose="300").status_code == 302
    assert kept(desk) == {"lot": "A17"}
    assert "Read the label" in left(desk.page())


def test_without_a_wand_a_refill_is_still_done_and_what_is_left_stays_in_sight(clinic: Clinic) -> None:
    """The pump cannot be read: filled all the same, and both readings of it are still to do."""
    desk = Desk(clinic, clinic.lindqvist)
    desk.hand(Hand.LIFT_NOW)
    desk.post("refill", desk.entries())
    assert left(desk.page()) == [
        "Read the pump",
        "Tell the pump: update it",
        "See that it runs",
        "Book the next refill",
    ]


def _lines(desk: Desk, query: str = "") -> list[str]:
    response = desk.client.get(reverse("visit_refill_date", args=[desk.visit.pk]) + query)
    assert response.headers["Content-Type"].startswith("text/calendar")
    text = response.content.decode()
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= LINE_OCTETS for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


def test_the_calendar_file_names_nobody_unless_that_is_chosen(desk: Desk) -> None:
    """Initials; the whole name where it is asked for; the day that was booked."""
    told(desk)
    desk.post("close", {"next_days": "20"})
    lines = _lines(desk)
    assert "SUMMARY:Pump refill: A. L." in lines
    assert "DTSTART;VALUE=DATE:20260323" in lines
    assert "DTSTAMP:20260303T090000Z" in lines
    assert not any("Lind" in line for line in lines)
    assert any("Asta Lind" in line for line in _lines(desk, "?name=whole"))
    assert desk.clinic.now.clinic_ms + 20 * DAY_MS == Visit.objects.get(pk=desk.visit.pk).next_due_ms


def test_a_second_person_signs_for_another_concentration(clinic: Clinic) -> None:
    """The pharmacist, who reads label and order beside a prescriber; a nurse asks a prescriber."""
    order = SAME | {"concentration": "2000", "bridge": "bridge", "reason": "Fewer refills."}
    desk = Desk(clinic, clinic.ruiz)
    desk.post("interrogate")
    desk.post("refill", desk.entries("2000"))
    assert "Wants a second person." in text_of(desk.post("preview", order))
    assert "Wants" not in text_of(desk.post("preview", order | {"second_person": "meyer"}))
    nurse = Desk(clinic, clinic.lindqvist)
    for second in ("", "meyer"):
        review = text_of(nurse.post("preview", order | {"second_person": second}))
        assert "Wants a prescriber as the second person." in review
    assert "Wants" not in text_of(nurse.post("preview", order | {"second_person": "okafor"}))


def listed(desk: Desk) -> list[tuple[str, str]]:
    """What the worklist says of the reservoir, and how soon."""
    items = worklist([desk.patient], now_ms=desk.clinic.now.clinic_ms)
    return [(item.what, item.urgency.word) for item in items if "reservoir" in item.what or "refill" in item.what]


def test_a_refill_that_was_left_half_done_stands_on_the_worklist(desk: Desk) -> None:
    """Emptied, and filled with another concentration: now. Filled with the same and not told: today. Told: nothing."""
    assert listed(desk) == []
    desk.post("withdraw")
    assert listed(desk) == [("Fill an emptied reservoir", "Now")]
    desk.post("refill", desk.entries("2000"))
    assert listed(desk) == [("Tell the pump of its refill", "Now")]
    desk.post("refill", desk.entries())
    assert listed(desk) == [("Tell the pump of its refill", "Today")]
    order = SAME | {"reason": "Filled twice."}
    assert desk.post("update", {"digest": desk.digest(order)} | order).status_code == 302
    assert listed(desk) == []
