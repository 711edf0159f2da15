"""Figures on paper: PNG and PDF by the typst compiler, which is imported only when paper is asked for.

Only the fonts that come with the compiler are used, so that the same figure gives the same paper on every machine.
Text reaches typst as data, never as its source.
"""

import re
from typing import Final, Literal

from thecal.errors import OurFault
from thecal.figures.figure import NOT_A_DEVICE
from thecal.figures.svg import clean

_FONT: Final = "Libertinus Serif"
_FAMILY: Final = re.compile(r"(?<=\.figure__text\{)font-family:[^;}]*")
_PICTURE: Final = """
#set page(width: auto, height: auto, margin: 8pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: 540pt * float(sys.inputs.scale), alt: sys.inputs.title)
"""
_PAGE: Final = """
#set document(title: sys.inputs.title)
#set page(paper: "a4", margin: 20mm, footer: text(size: 9pt)[#sys.inputs.disclaimer])
#set text(font: "Libertinus Serif", size: 10.5pt, lang: "en")
#heading(sys.inputs.title)
#v(4pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, alt: sys.inputs.title)
#v(4pt)
#sys.inputs.caption
"""


def to_png(svg: str) -> bytes:
    """The drawing as a PNG, 288 dots an inch, so that hairlines survive; `svg` is `Figure.svg()`."""
    width = re.search(r'viewBox="0 0 (\d+) ', svg)
    scale = int(width.group(1)) / 760 if width else 1.0
    return _compile(_PICTURE, "png", {"svg": svg, "title": _title(svg), "scale": f"{scale:.4f}"})


def to_pdf(svg: str, title: str, caption: str) -> bytes:
    """An A4 page with the drawing, its caption and the line that Thecal is not a medical device; tagged for readers."""
    return _compile(
        _PAGE, "pdf", {"svg": svg, "title": clean(title), "caption": clean(caption), "disclaimer": NOT_A_DEVICE}
    )


def _title(svg: str) -> str:
    found = re.search(r"<title[^>]*>([^<]*)</title>", svg)
    return found.group(1) if found else ""


def _compile(source: str, kind: Literal["png", "pdf"], inputs: dict[str, str]) -> bytes:
    import typst

    if "<style" not in inputs["svg"]:
        raise OurFault("a drawing without its style sheet prints black", remedy="Hand in Figure.svg().")
    data = {**inputs, "svg": _FAMILY.sub(f'font-family: "{_FONT}"', inputs["svg"])}
    made = typst.compile(source.encode(), format=kind, ppi=288, sys_inputs=data, ignore_system_fonts=True, timestamp=0)
    if not isinstance(made, bytes):
        raise OurFault("one page was asked for, and more came back")
    return made
