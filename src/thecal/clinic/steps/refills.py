"""Step 9, refills: made in the visit by its own protocol; here is what was filled, and when the next is booked."""

from thecal.clinic.models import Fill
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Look, Step, Table
from thecal.clinic.when import show_date, show_time
from thecal.units import show_concentration, show_volume

LATEST = 12
UNKNOWN = "not known"


def _look(known: Known) -> Look:
    """The latest fillings of every pump this patient had, newest first."""
    fills = Fill.objects.filter(implant__patient=known.patient).select_related("by").order_by("-at_ms", "-id")[:LATEST]
    rows = tuple(_row(fill) for fill in fills)
    head = ("When", "Filled", "Withdrawn before", "Expected", "Lot", "Where", "By")
    return Look(
        cards=() if known.chart.implant else (_no_pump(),),
        facts=(("Book by", _book_by(known)), ("Refills on record", str(_count(known)))),
        tables=(Table(caption=f"The latest {LATEST} refills", head=head, rows=rows),) if rows else (),
        extra={"may_open": known.chart.implant is not None},
    )


def _row(fill: Fill) -> tuple[str, ...]:
    filled = f"{show_volume(fill.volume_nl, places=1)} of {show_concentration(fill.concentration_pg_per_nl)}"
    withdrawn, expected = _volume(fill.residual_withdrawn_nl), _volume(fill.residual_expected_nl)
    place = fill.get_place_display() if fill.place else UNKNOWN
    return show_time(fill.at_ms), filled, withdrawn, expected, fill.lot or UNKNOWN, place, fill.by.name


def _volume(volume_nl: int | None) -> str:
    return UNKNOWN if volume_nl is None else show_volume(volume_nl, places=1)


def _count(known: Known) -> int:
    return Fill.objects.filter(implant__patient=known.patient).count()


def _book_by(known: Known) -> str:
    booked = known.chart.book_by
    return UNKNOWN if booked is None or booked.at_ms is None else show_date(booked.at_ms)


def _state(known: Known) -> str:
    fill = known.chart.fill
    return "" if fill is None else f"last filled {show_date(fill.at_ms)} by {fill.by.name}"


def _no_pump() -> Card:
    return Card(urgency="routine", title="No pump is implanted", says="There is nothing to refill.")


STEP = Step(
    number=9,
    key="refills",
    title="Refills",
    purpose="Two identifiers, the label twice, the residual blind, the needle, the fill, and a date for the next.",
    sheets=(),
    look=_look,
    template="steps/refills.html",
    state=_state,
)
