"""The body chart and the change over time: every grade in words, on its own side, no two scales mixed."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.figures.helpers import DAY_MS, T0_MS, drawings, extent, texts

from thecal.care.scales import Ashworth, AshworthVariant, MuscleGroup, PennFrequency, PennWindow, Side, Tone
from thecal.errors import OurFault
from thecal.figures import Assessed, Figure, Mark, body_chart, change_chart
from thecal.figures.body_chart import NAMES, SHADES
from thecal.figures.figure import NAMESPACE
from thecal.figures.outline import BACK, FRONT

PLACES = list(product(MuscleGroup, Side))
KNEE = MuscleGroup.KNEE_FLEXORS
GRADES = st.none() | st.sampled_from(Ashworth)


def chart(*tones: Tone, variant: AshworthVariant | None = AshworthVariant.MODIFIED) -> Figure:
    """A chart of these grades."""
    return body_chart(tones, variant=variant, examined="Examined 3 Mar 2027 by Asha Example.")


def check(figure: Figure) -> None:
    """Words stay inside both drawings and do not cover each other."""
    for drawing in drawings(figure):
        _, _, width, height = (float(part) for part in drawing.get("viewBox", "").split())
        boxes = [extent(line) for line in texts(drawing)]
        assert all(left >= 0 and right <= width and 8 <= baseline <= height for left, right, baseline in boxes)
        for index, (left, right, baseline) in enumerate(boxes):
            for other_left, other_right, other in boxes[index + 1 :]:
                assert abs(other - baseline) > 8 or right <= other_left or other_right <= left


def classes_of(figure: Figure) -> list[str]:
    """The classes of the muscles, in the order in which they are drawn."""
    drawing = next(drawings(figure))
    return [each.get("class", "") for each in drawing.iter(f"{{{NAMESPACE}}}path") if "muscle" in each.get("class", "")]


def test_every_muscle_group_is_drawn_once_from_where_it_is_seen() -> None:
    """On the front or on the back, and with a name of its own."""
    assert set(FRONT) | set(BACK) == set(MuscleGroup) == set(NAMES)
    assert not set(FRONT) & set(BACK)
    assert len(set(NAMES.values())) == len(MuscleGroup)


def test_what_was_not_examined_is_written_down_as_not_known() -> None:
    """Eighteen places, eighteen times *not known*, each with a dashed outline and without a shade."""
    figure = chart()
    words = [line.text for line in texts(next(drawings(figure)))]
    assert words.count("not known") == len(PLACES)
    assert classes_of(figure) == ["figure__muscle figure__muscle--unknown"] * len(PLACES)
    assert all(row[1:] == ("not known", "not known") for row in figure.table.rows)


@pytest.mark.parametrize("grade", list(Ashworth))
def test_every_grade_is_written_and_not_only_shaded(grade: Ashworth) -> None:
    """The digits stand in both drawings and in the table."""
    figure = chart(Tone(group=KNEE, side=Side.LEFT, grade=grade))
    for drawing in drawings(figure):
        assert [line.text for line in texts(drawing)].count(grade.label) == 1
    assert ("Knee flexors (hamstrings)", "not known", grade.label) in figure.table.rows


def test_a_stiffer_grade_has_a_stronger_shade() -> None:
    """Six grades, six steps, in order."""
    steps = [SHADES[grade] for grade in sorted(Ashworth)]
    assert steps == sorted(set(steps))


@pytest.mark.parametrize("group", list(MuscleGroup))
@pytest.mark.parametrize("side", list(Side))
def test_a_grade_stands_beside_its_own_side_and_muscle(group: MuscleGroup, side: Side) -> None:
    """From the front the patient's right is on the viewer's left; from the back it is on the right."""
    lines = texts(next(drawings(chart(Tone(group=group, side=side, grade=Ashworth.GRADE_4)))))
    (grade,) = [line for line in lines if line.text == "4"]
    left, _, baseline = extent(grade)
    above = [line.text for line in lines if line.get("x") == grade.get("x") and extent(line)[2] == baseline - 13]
    assert above == [NAMES[group]]
    seen = "From the front" if group in FRONT else "From the back"
    middle = next((extent(line)[0] + extent(line)[1]) / 2 for line in lines if line.text == seen)
    assert (left < middle) == ((side is Side.RIGHT) == (group in FRONT))
    heading = next(line.text for line in lines if line.get("x") == grade.get("x") and line.text in {"left", "right"})
    assert heading == side.name.lower()


@given(grades=st.lists(GRADES, min_size=18, max_size=18), variant=st.none() | st.sampled_from(AshworthVariant))
@settings(max_examples=25, deadline=None)
def test_words_stay_inside_and_apart(grades: list[Ashworth | None], variant: AshworthVariant | None) -> None:
    """Whatever was found."""
    tones = [Tone(group=group, side=side, grade=grade) for (group, side), grade in zip(PLACES, grades, strict=True)]
    check(chart(*tones, variant=variant))


def test_the_scale_is_named() -> None:
    """Also where nobody wrote it down."""
    assert "Modified Ashworth" in chart().caption
    assert "original" in chart(variant=AshworthVariant.ORIGINAL).caption
    assert "not known" in chart(variant=None).caption.split(".")[0]


def test_two_grades_for_one_muscle_are_refused() -> None:
    """Two examinations in one chart are a slip of the caller."""
    with pytest.raises(OurFault):
        chart(Tone(group=KNEE, side=Side.LEFT), Tone(group=KNEE, side=Side.LEFT))


def assessed(day: int, grade: Ashworth | None = None, **more: object) -> Assessed:
    """One assessment, with one leg muscle."""
    tones = (Tone(group=KNEE, side=Side.LEFT, grade=grade),)
    return Assessed(at_ms=T0_MS + day * DAY_MS, tones=tones, **more)  # type: ignore[arg-type]  # a test's own table


def test_change_over_time_is_in_the_table() -> None:
    """Means in points, Penn and pain; what is not known is an empty cell; the oldest comes first."""
    later = assessed(90, Ashworth.GRADE_1_PLUS, variant=AshworthVariant.MODIFIED, pain=2)
    first = assessed(
        0,
        Ashworth.GRADE_3,
        variant=AshworthVariant.MODIFIED,
        penn_frequency=PennFrequency.OVER_ONE_AN_HOUR,
        penn_window=PennWindow.LAST_DAY,
    )
    table = change_chart([later, first], utc_offset_min=0).table
    assert [row[1:] for row in table.rows] == [("3", "3", ""), ("1.5", "", "2")]


def test_two_scales_are_never_one_line() -> None:
    """The original and the modified scale, an hour and a day: a column each."""
    one = assessed(0, Ashworth.GRADE_3, variant=AshworthVariant.ORIGINAL, penn_frequency=PennFrequency.NONE)
    two = assessed(
        9,
        Ashworth.GRADE_3,
        variant=AshworthVariant.MODIFIED,
        penn_frequency=PennFrequency.NONE,
        penn_window=PennWindow.LAST_HOUR,
    )
    head = change_chart([one, two], utc_offset_min=0).table.head
    assert sum("Ashworth" in name for name in head) == 2
    assert sum("Penn" in name for name in head) == 2


@given(
    days=st.lists(st.tuples(st.integers(0, 3_000), GRADES, st.none() | st.integers(0, 10)), max_size=8),
)
@settings(max_examples=20, deadline=None)
def test_any_assessments_are_drawn(days: list[tuple[int, Ashworth | None, int | None]]) -> None:
    """None, one, two on one day: the words stay inside the drawing."""
    figure = change_chart(
        [assessed(day, grade, variant=AshworthVariant.MODIFIED, pain=pain) for day, grade, pain in days],
        utc_offset_min=60,
        marks=[Mark(at_ms=T0_MS, says="implant")],
    )
    for drawing in drawings(figure):
        width = float(drawing.get("viewBox", "").split()[2])
        assert all(extent(line)[0] >= -1 and extent(line)[1] <= width + 1 for line in texts(drawing))
