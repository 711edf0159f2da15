"""The pump's state machine as pictures, drawn from its table.

python -m tests.house.state_pictures      draws docs/pictures/pump_states_*.svg anew

States lie in frames, and an arrow that begins with a dot on a frame holds for every state within it. Which arrows there
are, the table says. Where a state lies and which way an arrow goes is laid out here, and every arrow must have a way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.house.source import ROOT

from thecal.figures.figure import Drawing, Figure, Sheet, Table
from thecal.figures.svg import Markup, element, path, text, text_width
from thecal.pump.states import TRANSITIONS, State, Trigger

SHEET = Sheet(name="wide", width=760, right=0, panel_height=0, tick_gap=0)
Place = tuple[float, float]

BOLUSES = frozenset({State.BRIDGING, State.PRIMING, State.PURGING, State.BOLUS})
DELIVERING = BOLUSES | {State.INFUSING, State.MINIMUM_RATE}
WORKING = DELIVERING | {State.STOPPED, State.HELD}
FRAMES = {"any working state": WORKING, "any delivering state": DELIVERING, "any bolus": BOLUSES}
"""Largest first. That they hold together is the table's doing: see `arrows`."""

BY_ITSELF = frozenset({Trigger.OLD_BOLUS_ENDED, Trigger.CUT, Trigger.RESET, Trigger.HOLD, Trigger.BATTERY_SPENT})
ORDERED = frozenset(Trigger) - BY_ITSELF


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a frame, or from one state, to a state."""

    trigger: Trigger
    begins: str
    to: State


def arrows(triggers: Iterable[Trigger]) -> list[Arrow]:
    """The table's rows for these triggers, with as few arrows as the frames allow."""
    return [
        Arrow(trigger, begins, to)
        for trigger in Trigger
        if trigger in set(triggers)
        for to in State
        for begins in _gathered({state for (state, by), ends in TRANSITIONS.items() if (by, ends) == (trigger, to)})
    ]


def _gathered(states: set[State]) -> Iterator[str]:
    """The frames that lie whole within the states, then the states that are left."""
    for name, frame in FRAMES.items():
        if frame <= states:
            yield name
            states = states - frame
    yield from (state.name for state in State if state in states)


WIDTH, HEIGHT = 112.0, 34.0
CORNERS: dict[State, Place] = {
    State.STOPPED: (72, 74),
    State.HELD: (72, 284),
    State.INFUSING: (262, 74),
    State.MINIMUM_RATE: (262, 284),
    State.BRIDGING: (488, 62),
    State.PRIMING: (488, 120),
    State.PURGING: (488, 178),
    State.BOLUS: (488, 236),
    State.END_OF_SERVICE: (72, 418),
}
BOXES: dict[str, tuple[float, float, float, float]] = {
    "any working state": (12, 12, 748, 378),
    "any delivering state": (226, 32, 726, 350),
    "any bolus": (466, 44, 624, 298),
}
"""Left, top, right, bottom."""
LABELS = {"any working state": "working", "any delivering state": "delivering", "any bolus": "a bolus"}

WAYS: dict[tuple[str, State], tuple[Place, ...]] = {
    ("any working state", State.STOPPED): ((12, 91), (72, 91)),
    ("any working state", State.INFUSING): ((318, 12), (318, 74)),
    ("any working state", State.MINIMUM_RATE): ((318, 378), (318, 318)),
    ("any working state", State.BRIDGING): ((748, 79), (600, 79)),
    ("any working state", State.PRIMING): ((748, 137), (600, 137)),
    ("any working state", State.PURGING): ((748, 195), (600, 195)),
    ("any working state", State.BOLUS): ((748, 253), (600, 253)),
    ("any working state", State.END_OF_SERVICE): ((128, 378), (128, 418)),
    ("any delivering state", State.MINIMUM_RATE): ((318, 350), (318, 318)),
    ("any delivering state", State.HELD): ((226, 292), (184, 292)),
    ("any bolus", State.INFUSING): ((466, 91), (374, 91)),
    ("HELD", State.MINIMUM_RATE): ((184, 310), (262, 310)),
    ("BOLUS", State.STOPPED): ((488, 253), (128, 253), (128, 108)),
    ("STOPPED", State.STOPPED): ((154, 74), (154, 48), (102, 48), (102, 74)),
    ("END_OF_SERVICE", State.END_OF_SERVICE): ((184, 427), (216, 427), (216, 443), (184, 443)),
}
SAYS: dict[tuple[str, State], tuple[float, float, str]] = {
    ("any working state", State.STOPPED): (20, 85, "start"),
    ("any working state", State.INFUSING): (326, 62, "start"),
    ("any working state", State.MINIMUM_RATE): (326, 368, "start"),
    ("any working state", State.BRIDGING): (630, 73, "start"),
    ("any working state", State.PRIMING): (630, 131, "start"),
    ("any working state", State.PURGING): (630, 189, "start"),
    ("any working state", State.BOLUS): (630, 247, "start"),
    ("any working state", State.END_OF_SERVICE): (136, 402, "start"),
    ("any delivering state", State.MINIMUM_RATE): (326, 340, "start"),
    ("any delivering state", State.HELD): (220, 286, "end"),
    ("any bolus", State.INFUSING): (458, 84, "end"),
    ("HELD", State.MINIMUM_RATE): (190, 326, "start"),
    ("BOLUS", State.STOPPED): (140, 247, "start"),
    ("STOPPED", State.STOPPED): (128, 42, "middle"),
    ("END_OF_SERVICE", State.END_OF_SERVICE): (224, 439, "start"),
}
"""Where an arrow's words stand, and on which side of it."""


def picture(name: str, title: str, caption: str, triggers: Iterable[Trigger]) -> Figure:
    """The states, and the arrows of these triggers."""
    drawn = arrows(triggers)
    body = [*map(_frame, FRAMES), *map(_state, State)]
    for way in dict.fromkeys((arrow.begins, arrow.to) for arrow in drawn):
        says = ", ".join(arrow.trigger.name for arrow in drawn if (arrow.begins, arrow.to) == way)
        body.append(_arrow(way, says))
    drawing = Drawing(sheet=SHEET, height=460, body=Markup("".join(body)))
    rows = tuple((arrow.trigger.name, arrow.begins, arrow.to.name) for arrow in drawn)
    table = Table(head=("trigger", "from", "to"), rows=rows)
    return Figure(name=name, title=title, caption=caption, wide=drawing, phone=drawing, table=table)


def _frame(name: str) -> Markup:
    left, top, right, bottom = BOXES[name]
    looks = "figure__band figure__band--reference" if name == "any delivering state" else "figure__glyph"
    box = element("rect", x=left, y=top, width=right - left, height=bottom - top, rx=8, class_=looks)
    return Markup(box + text(right - 8, bottom - 8, LABELS[name], "figure__quiet", anchor="end"))


def _state(state: State) -> Markup:
    x, y = CORNERS[state]
    assert text_width(state.name, SHEET.size) < WIDTH + 12, f"{state.name} fits its box"
    box = element("rect", x=x, y=y, width=WIDTH, height=HEIGHT, rx=4, class_="figure__glyph")
    return Markup(box + text(x + WIDTH / 2, y + 22, state.name, "figure__title figure__small", anchor="middle"))


def _arrow(way: tuple[str, State], says: str) -> Markup:
    points = WAYS[way]
    x, y, side = SAYS[way]
    dot = element("circle", cx=points[0][0], cy=points[0][1], r=4, class_="figure__dot figure__dot--current")
    line = path(points, "figure__line figure__line--current")
    words = text(x, y, says, "figure__small figure__halo", anchor=side)
    return Markup((dot if way[0] in FRAMES else "") + line + _head(points[-2], points[-1]) + words)


def _head(before: Place, tip: Place) -> Markup:
    """A triangle at the end of a stroke that runs along an axis."""
    along = [(a > b) - (a < b) for a, b in zip(tip, before, strict=True)]
    back = [end - 9 * step for end, step in zip(tip, along, strict=True)]
    sides = [(back[0] + 4 * along[1] * sign, back[1] + 4 * along[0] * sign) for sign in (1, -1)]
    return path((tip, *sides), "figure__dot figure__dot--current", closed=True)


PICTURES = {
    "pump_states_ordered.svg": picture(
        "pump-states-ordered",
        "What is ordered",
        "An arrow with a dot begins at every state of its frame.",
        ORDERED,
    ),
    "pump_states_by_itself.svg": picture(
        "pump-states-by-itself",
        "What happens by itself",
        "An arrow with a dot begins at every state of its frame.",
        BY_ITSELF,
    ),
}
FOLDER = ROOT / "docs" / "pictures"

if __name__ == "__main__":
    for name, drawn in PICTURES.items():
        (FOLDER / name).write_text(f"{drawn.svg()}\n", encoding="utf-8")
