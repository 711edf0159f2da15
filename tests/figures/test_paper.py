"""Figures on paper."""

import pytest
from tests.figures.helpers import spine, strip

from thecal.errors import OurFault
from thecal.figures import NOT_A_DEVICE, to_pdf, to_png


def test_a_png_is_a_png() -> None:
    """The signature, and a width of four pixels a point with margins: (540 + 2 × 8) × 4."""
    png = to_png(strip().svg())
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(png[16:20], "big") == pytest.approx(2224, abs=3)


def test_a_pdf_is_a_tagged_pdf_and_the_same_twice() -> None:
    """The signature, the structure tree that screen readers need, and the same bytes again."""
    figure = spine([[1.0] * 24] * 26)
    pdf = to_pdf(figure.svg(), figure.title, "A caption with #typst [markup] and \x00.")
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf
    assert pdf == to_pdf(figure.svg(), figure.title, "A caption with #typst [markup] and \x00.")


def test_a_file_says_what_thecal_is_not() -> None:
    """A drawing that leaves the page takes the line with it; on a page it is the page's to say."""
    assert NOT_A_DEVICE == "Thecal is not a medical device."
    assert NOT_A_DEVICE in strip().svg()
    assert NOT_A_DEVICE in strip().svg(phone=True)
    assert NOT_A_DEVICE not in strip().html()


def test_a_drawing_without_its_looks_is_our_fault() -> None:
    """A drawing cut out of a page would print black."""
    with pytest.raises(OurFault, match="style sheet"):
        to_png('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>')
