"""Thecal's charts: SVG by classes, with a caption and a table beside each, and the same on paper.

    figure = day_strip(current, pending)
    figure.html()          for a page: caption, drawings for page and phone, table; link figures.css once
    figure.svg()           a file of its own, looks embedded
    paper.to_pdf(figure.svg(), figure.title, figure.caption)

Every chart takes plain numbers, with the unit last in the field's name. Absolute times are Unix ms, printed at
`utc_offset_min`. Numbers that cannot be drawn are OurFault.
"""

from thecal.figures.axis import TimeAxis
from thecal.figures.backbone import LEVELS
from thecal.figures.blame import Share, blame_chart
from thecal.figures.body_chart import body_chart
from thecal.figures.change import Assessed, change_chart
from thecal.figures.curves import Curve, CurvePanel, curves_chart
from thecal.figures.day_strip import DayProgram, day_strip
from thecal.figures.delivered import DeliveredSeries, delivered_chart
from thecal.figures.effect import BAND_SAYS, MuscleGroup, effect_chart
from thecal.figures.figure import NOT_A_DEVICE, Figure, Table
from thecal.figures.learned import Learned, learned_chart
from thecal.figures.levels import LevelCourse, levels_chart
from thecal.figures.lines import ReservoirSeries, line_chart, reservoir_chart
from thecal.figures.panels import Band, Level, Line, Mark, Note, Panel
from thecal.figures.paper import to_pdf, to_png
from thecal.figures.predicted import ENSEMBLE_SAYS
from thecal.figures.signs import NO_REASSURANCE, Sign, SignCourse, signs_chart
from thecal.figures.spine import SpineSeries, spine_map
from thecal.figures.spine_time import SpineTimeSeries, spine_time_map
from thecal.figures.story import Happening, StorySeries, story_chart
from thecal.figures.style import flat_stylesheet, stylesheet
from thecal.figures.svg import Markup
from thecal.figures.tip import Stretch, TipSeries, stretches, tip_chart
from thecal.figures.titration import Graded, TitrationSeries, titration_chart
from thecal.figures.validation import ValidationRow, validation_chart

__all__ = [
    "BAND_SAYS",
    "ENSEMBLE_SAYS",
    "LEVELS",
    "NOT_A_DEVICE",
    "NO_REASSURANCE",
    "Assessed",
    "Band",
    "Curve",
    "CurvePanel",
    "DayProgram",
    "DeliveredSeries",
    "Figure",
    "Graded",
    "Happening",
    "Learned",
    "Level",
    "LevelCourse",
    "Line",
    "Mark",
    "Markup",
    "MuscleGroup",
    "Note",
    "Panel",
    "ReservoirSeries",
    "Share",
    "Sign",
    "SignCourse",
    "SpineSeries",
    "SpineTimeSeries",
    "StorySeries",
    "Stretch",
    "Table",
    "TimeAxis",
    "TipSeries",
    "TitrationSeries",
    "ValidationRow",
    "blame_chart",
    "body_chart",
    "change_chart",
    "curves_chart",
    "day_strip",
    "delivered_chart",
    "effect_chart",
    "flat_stylesheet",
    "learned_chart",
    "levels_chart",
    "line_chart",
    "reservoir_chart",
    "signs_chart",
    "spine_map",
    "spine_time_map",
    "story_chart",
    "stretches",
    "stylesheet",
    "tip_chart",
    "titration_chart",
    "to_pdf",
    "to_png",
    "validation_chart",
]
