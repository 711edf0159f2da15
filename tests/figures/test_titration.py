"""Titration's figure: the dose as it was read, each scale a line of its own, and nothing that nobody saw."""

import pytest
from tests.figures.helpers import DAY_MS, T0_MS, drawings, texts

from thecal.care.scales import AshworthVariant
from thecal.figures import Figure, Graded, TitrationSeries, titration_chart

DOSES = [(T0_MS, 100_000_000), (T0_MS + 7 * DAY_MS, 120_000_000)]


def drawn(
    *,
    doses: list[tuple[int, int]] | None = None,
    tone: tuple[Graded, ...] = (),
    stands: tuple[tuple[int, bool], ...] = (),
) -> Figure:
    """The figure thirty days on."""
    return titration_chart(
        TitrationSeries(
            dose_pg_per_day=DOSES if doses is None else doses,
            tone=tone,
            stands=stands,
            until_ms=T0_MS + 30 * DAY_MS,
            utc_offset_min=0,
        )
    )


def graded(day: int, hundredths: int, variant: AshworthVariant | None = AshworthVariant.MODIFIED) -> Graded:
    """An examination."""
    return Graded(at_ms=T0_MS + day * DAY_MS, variant=variant, mean_hundredths=hundredths)


def said(figure: Figure) -> list[str]:
    """The words of the wide drawing."""
    return [(line.text or "").replace("\u00a0", " ") for line in texts(next(drawings(figure)))]


def cells(figure: Figure) -> str:
    """The table, as one text."""
    return figure.html().replace("\u00a0", " ")


def test_the_dose_is_in_micrograms_a_day_and_the_pump_s_word() -> None:
    """100 and 120 mcg/day stand in the table, and the line says that it was read."""
    figure = drawn()
    assert any("mcg/day" in words for words in said(figure))
    assert "as read from the" in " ".join(said(figure))
    assert ">100<" in cells(figure)
    assert ">120<" in cells(figure)


def test_two_scales_with_the_same_digits_are_two_lines() -> None:
    """The original scale is not joined to the modified one; one that nobody named is neither."""
    tone = (graded(0, 310), graded(3, 250, AshworthVariant.ORIGINAL), graded(9, 240), graded(12, 200, None))
    words = " ".join(said(drawn(tone=tone)))
    for label in ("Modified Ashworth", "original Ashworth", "scale not known"):
        assert label in words
    assert "original Ashworth" not in " ".join(said(drawn(tone=tone[:1])))


@pytest.mark.parametrize("can", [True, False])
def test_standing_is_can_or_cannot(can: bool) -> None:
    """Both words stand on the axis, and what was seen is drawn."""
    words = said(drawn(stands=((T0_MS, can),)))
    assert {"can", "cannot"} <= set(words)
    assert "stands or" in " ".join(words)


def test_what_nobody_looked_at_is_left_out() -> None:
    """No tone, no standing, no dose: the panels stay empty and nothing is made up."""
    words = " ".join(said(drawn(doses=[])))
    for label in ("Modified Ashworth", "as read", "stands or transfers as"):
        assert label not in words
