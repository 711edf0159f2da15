"""Stiffness by muscle group on a body seen from the front and from the back, each grade written beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from thecal.care.scales import Ashworth, AshworthVariant, MuscleGroup, Side, Tone
from thecal.errors import OurFault
from thecal.figures.figure import PHONE, WIDE, Drawing, Figure, Sheet, Table
from thecal.figures.layout import spread
from thecal.figures.outline import BACK, FRONT, HEIGHT, REACH, Patch, silhouette
from thecal.figures.svg import Markup, element, path, text

NOT_KNOWN: Final = "not known"
SHADES: Final = {
    Ashworth.GRADE_0: 0,
    Ashworth.GRADE_1: 1,
    Ashworth.GRADE_1_PLUS: 2,
    Ashworth.GRADE_2: 4,
    Ashworth.GRADE_3: 5,
    Ashworth.GRADE_4: 7,
}
"""Which step of the shades a grade takes; the grade itself is written beside it."""
NAMES: Final = {
    MuscleGroup.SHOULDER_ADDUCTORS: "Shoulder",
    MuscleGroup.ELBOW_FLEXORS: "Elbow flexors",
    MuscleGroup.WRIST_FLEXORS: "Wrist flexors",
    MuscleGroup.FINGER_FLEXORS: "Finger flexors",
    MuscleGroup.HIP_FLEXORS: "Hip flexors",
    MuscleGroup.HIP_ADDUCTORS: "Hip adductors",
    MuscleGroup.KNEE_EXTENSORS: "Knee extensors",
    MuscleGroup.KNEE_FLEXORS: "Knee flexors",
    MuscleGroup.ANKLE_PLANTAR_FLEXORS: "Calf",
}
SCALES: Final = {
    AshworthVariant.MODIFIED: "Modified Ashworth grade, 0 to 4",
    AshworthVariant.ORIGINAL: "Ashworth grade of the original scale, 0 to 4",
    None: "Ashworth grade, scale not known",
}
_BLOCK: Final = 27.0
"""The height of one label: a name and, below it, its grade."""
_HEAD: Final = 38.0
_Grades = Mapping[tuple[MuscleGroup, Side], Ashworth | None]


def body_chart(
    tones: Sequence[Tone],
    *,
    variant: AshworthVariant | None,
    examined: str,
    name: str = "body",
    title: str = "Stiffness by muscle group",
) -> Figure:
    """The grades of one examination; `examined` says when and by whom. What has no grade is drawn as not known.

    OurFault where a muscle group has two grades on one side.
    """
    grades = {tone.place: tone.grade for tone in tones}
    if len(grades) != len(tones):
        raise OurFault("a muscle group has two grades on one side", remedy="Hand in one examination at a time.")
    caption = f"{SCALES[variant]}. {examined} A stronger shade is stiffer; a dashed outline is {NOT_KNOWN}."
    wide, phone = (_Chart(grades, sheet).draw() for sheet in (WIDE, PHONE))
    return Figure(name=name, title=title, caption=caption, wide=wide, phone=phone, table=_table(grades))


def _table(grades: _Grades) -> Table:
    rows = tuple(
        (group.value, *(_grade(grades.get((group, side))) for side in (Side.RIGHT, Side.LEFT))) for group in MuscleGroup
    )
    return Table(("Muscle group", "Right (grade)", "Left (grade)"), rows)


def _grade(grade: Ashworth | None) -> str:
    return NOT_KNOWN if grade is None else grade.label


@dataclass(frozen=True, slots=True)
class _View:
    """One body on a sheet: seen from where, its midline, its crown, and whose side is on the viewer's left."""

    says: str
    patches: Mapping[MuscleGroup, Patch]
    middle: float
    top: float
    on_the_left: Side


class _Chart:
    """Both bodies on one sheet: beside each other where there is room, else one below the other."""

    def __init__(self, grades: _Grades, sheet: Sheet) -> None:
        self.grades, self.sheet = grades, sheet
        beside = sheet.width > 500
        first, step = (sheet.width / 4, sheet.width / 2) if beside else (sheet.width / 2, 0.0)
        down = 0.0 if beside else HEIGHT + _HEAD + 12
        self.views = (
            _View("From the front", FRONT, first, _HEAD, Side.RIGHT),
            _View("From the back", BACK, first + step, _HEAD + down, Side.LEFT),
        )

    def draw(self) -> Drawing:
        """The whole chart."""
        parts = [part for view in self.views for part in self._view(view)]
        return Drawing(sheet=self.sheet, height=self.views[-1].top + HEIGHT + 6, body=Markup("".join(parts)))

    def _view(self, view: _View) -> Iterator[Markup]:
        """A body, its two sides named, its muscles, and their grades on both sides of it."""
        yield text(view.middle, view.top - 24, view.says, "figure__title", anchor="middle")
        yield silhouette(view.middle, view.top)
        other = Side.LEFT if view.on_the_left is Side.RIGHT else Side.RIGHT
        for sign, side in ((-1, view.on_the_left), (1, other)):
            anchor = "end" if sign < 0 else "start"
            x = view.middle + sign * (REACH + 4)
            yield text(x, view.top - 6, side.name.lower(), "figure__quiet", anchor=anchor)
            yield from self._side(view, sign, side, x, anchor)

    def _side(self, view: _View, sign: int, side: Side, x: float, anchor: str) -> Iterator[Markup]:
        """The muscles of one side, and their labels as near as they can be without covering each other."""
        centres = [view.top + patch.y for patch in view.patches.values()]
        placed = spread(centres, [_BLOCK] * len(centres), view.top, view.top + HEIGHT)
        for (group, patch), y in zip(view.patches.items(), placed, strict=True):
            grade = self.grades.get((group, side))
            looks = "figure__muscle--unknown" if grade is None else f"figure__heat--{SHADES[grade]}"
            yield path(patch.edge(view.middle, view.top, sign), f"figure__muscle {looks}", closed=True)
            reached = (view.middle + sign * (patch.x + patch.across - 2), view.top + patch.y)
            yield path(((x - sign * 3, y), reached), "figure__leader")
            yield element("circle", cx=reached[0], cy=reached[1], r=1.5, class_="figure__dot figure__dot--current")
            yield text(x, y - 2, NAMES[group], "figure__quiet figure__small", anchor=anchor)
            grade_looks = "figure__quiet" if grade is None else "figure__title"
            yield text(x, y + 11, _grade(grade), grade_looks, anchor=anchor)
