"""From a chart to a figure: drawn for the page and for the phone, with its table beside it."""

from dataclasses import replace

from thecal.figures.draw import draw
from thecal.figures.figure import PHONE, WIDE, Figure, Table
from thecal.figures.panels import Chart


def build(name: str, title: str, caption: str, chart: Chart, table: Table, *, panel_height: float = 0) -> Figure:
    """The figure; `panel_height` in user units replaces the sheets' own where many panels are stacked."""
    sheets = [replace(sheet, panel_height=panel_height or sheet.panel_height) for sheet in (WIDE, PHONE)]
    wide, phone = (draw(chart, sheet) for sheet in sheets)
    return Figure(name=name, title=title, caption=caption, wide=wide, phone=phone, table=table)
