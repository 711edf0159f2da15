"""A small SVG writer: elements as strings, every text and attribute escaped, no style attributes, no references.

Looks come from classes alone (`figures.css`), so that one drawing serves light, dark and print, and a page may forbid
inline styles. Coordinates are in user units of the drawing's `viewBox`; text sizes are part of the layout.
"""

import re
from collections.abc import Iterable
from html import escape

from thecal.errors import OurFault

_NARROW = frozenset("ilIj|!.,:;'`·")
_SLIM = frozenset('frt()[]{}/\\-"° \u00a0')
_BROAD = frozenset("mwMW%@→")
_REPLACEMENT = "\ufffd"


class Markup(str):
    """Finished markup: page templates that know `__html__` print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Itself, already escaped."""
        return self


def clean(text: str) -> str:
    """The text without characters that XML 1.0 cannot hold; they become the replacement character."""
    return "".join(char if _is_xml(ord(char)) else _REPLACEMENT for char in text)


def _is_xml(code: int) -> bool:
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def element(tag: str, *children: str, **attributes: str | float) -> Markup:
    """One element: `element("line", x1=0, class_="figure__axis")`. Children are finished markup."""
    if "style" in attributes or tag == "script":
        raise OurFault("a figure has no style attributes and no scripts")
    pairs = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items())
    return Markup(f"<{tag}{pairs}>{''.join(children)}</{tag}>" if children else f"<{tag}{pairs}/>")


def _name(key: str) -> str:
    """class_ → class, text_anchor → text-anchor; viewBox stays."""
    return key.rstrip("_").replace("_", "-")


def _value(value: str | float) -> str:
    return escape(clean(value)) if isinstance(value, str) else coordinate(value)


def coordinate(value: float) -> str:
    """A tenth of a user unit is finer than any screen: 12.345 → 12.3, 12.0 → 12."""
    tenths = f"{value:.1f}".removesuffix(".0")
    return "0" if tenths == "-0" else tenths


def text(x: float, y: float, says: str, class_: str, *, anchor: str = "start") -> Markup:
    """One line of text, its baseline at `y`."""
    return element(
        "text", escape(clean(says), quote=False), x=x, y=y, class_=f"figure__text {class_}", text_anchor=anchor
    )


def path(points: Iterable[tuple[float, float]], class_: str, *, closed: bool = False) -> Markup:
    """Straight strokes through the points; neighbours that would print alike are drawn once."""
    strokes: list[str] = []
    for x, y in points:
        stroke = f"{coordinate(x)} {coordinate(y)}"
        if not strokes or strokes[-1] != stroke:
            strokes.append(stroke)
    return element("path", d="M" + "L".join(strokes) + ("Z" if closed else ""), class_=class_)


def text_width(says: str, size: float) -> float:
    """How wide a line of text is in the widest of the common sans serifs, about; `size` is the font size."""
    return size * sum(_advance(char) for char in says)


def _advance(char: str) -> float:
    """Width of one character in ems."""
    if char in _NARROW:
        return 0.32
    if char in _SLIM:
        return 0.41
    if char in _BROAD:
        return 0.98
    if ord(char) > 0x2E7F:
        return 1.05
    return 0.72 if char.isupper() else 0.635


def fit(says: str, width: float, size: float) -> str:
    """The text, cut with an ellipsis where it is wider than `width`."""
    if text_width(says, size) <= width:
        return says
    kept = says
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _words(says: str, width: float, size: float) -> list[str]:
    """The words, those that are too wide taken apart at their no-break spaces and after their hyphens."""
    words: list[str] = []
    for word in says.split(" "):
        too_wide = text_width(word, size) > width
        words.extend(re.split(r"\u00a0|(?<=-)", word) if too_wide else [word])
    return [word for word in words if word]


def wrap(says: str, width: float, size: float, *, lines_max: int = 3) -> tuple[str, ...]:
    """The text on at most `lines_max` lines of `width`; the rest is cut. A no-break space holds where it can."""
    lines: list[str] = []
    for word in _words(says, width, size):
        together = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(together, size) <= width:
            lines[-1] = together
        else:
            lines.append(word)
    if len(lines) > lines_max:
        lines = [*lines[: lines_max - 1], " ".join(lines[lines_max - 1 :])]
    return tuple(fit(line, width, size) for line in lines)
