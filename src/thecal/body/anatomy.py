"""The spinal canal of one adult of 170 cm, in centimetres caudal of the foramen magnum, and of others after it.

Each vertebral level runs from the end of the one above to its own end (bone and disc). Areas are straight lines between
knots that stand at the middle of their level, and level beyond the last knot; the cord tapers to nothing at the end of
L2. That gives 98.0 mL of CSF with roots (43.7 mL of it below T11/12) and 22.8 mL of cord.

Intervals are `[from, to)`, cranial end first.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thecal.body.stature import ADULT, Stature
from thecal.errors import BadInput, OurFault
from thecal.sources import OWN_CHOICE, UNREAD, Sourced

Floats = NDArray[np.float64]

_LENGTHS = f"{UNREAD}: heights of vertebrae; sections lie within Fick's ranges (Rauber-Kopsch)"
_CSF = f"{OWN_CHOICE} of shape; volumes: Hogan 1996 (below T11/12), Sass 2017, doi 10.1186/s12987-017-0085-y (whole)"
_CORD = "areas after Frostell 2016, doi 10.3389/fneur.2016.00238, smoothed; volume near Sass 2017"

# fmt: off
_ENDS_CM = {
    "C1": 2.0, "C2": 4.0, "C3": 5.7, "C4": 7.4, "C5": 9.1, "C6": 10.8, "C7": 12.5,
    "T1": 14.4, "T2": 16.4, "T3": 18.5, "T4": 20.6, "T5": 22.7, "T6": 24.9, "T7": 27.2, "T8": 29.5, "T9": 31.9,
    "T10": 34.4, "T11": 37.1, "T12": 40.0,
    "L1": 43.3, "L2": 46.8, "L3": 50.4, "L4": 54.1, "L5": 57.8, "S1": 60.8, "S2": 62.3,
}
_CSF_CM2 = {
    "C1": 2.9, "C2": 2.3, "C3": 1.75, "C5": 1.5, "C7": 1.45, "T2": 1.25, "T6": 1.15, "T10": 1.25, "T12": 1.7,
    "L1": 2.05, "L2": 2.15, "L3": 2.1, "L4": 1.95, "L5": 1.6, "S1": 1.15, "S2": 0.5,
}
_CORD_CM2 = {
    "C3": 0.74, "C5": 0.77, "C7": 0.62, "T2": 0.46, "T8": 0.41, "T10": 0.45, "T12": 0.54, "L1": 0.30, "L2": 0.04,
}
# fmt: on

LEVEL_ENDS = {
    level: Sourced(name=f"end of {level}", value=end_cm, unit="cm", source=_LENGTHS, grade="assumed")
    for level, end_cm in _ENDS_CM.items()
}
CSF_AREAS = {
    level: Sourced(name=f"CSF area at {level}", value=area, unit="cm2", source=_CSF, grade="assumed")
    for level, area in _CSF_CM2.items()
}
CORD_AREAS = {
    level: Sourced(name=f"cord area at {level}", value=area, unit="cm2", source=_CORD, grade="derived")
    for level, area in _CORD_CM2.items()
}
LEVELS: tuple[str, ...] = tuple(LEVEL_ENDS)
TIP_LEVELS: tuple[str, ...] = LEVELS[:-1]
"""Where a catheter can end: C1 to S1. The sac's last centimetre and a half, at S2, holds no tip."""

CANAL_CM: float = LEVEL_ENDS["S2"].value

TARGETS: dict[str, tuple[str, str]] = {
    "soleus": ("T12", "L1"),
    "quadriceps": ("T11", "T12"),
    "flexor carpi radialis": ("C5", "C6"),
    "biceps": ("C4", "C5"),
}
"""Muscle → first and last vertebral level over its cord segments. Assumed: the offset of cord segments from vertebrae
(Frostell 2016) applied to the usual segments S1, L3–4, C6–7, C5–6."""


def level_range_cm(level: str) -> tuple[float, float]:
    """Where a vertebral level begins and ends (cm) in the adult. BadInput for a name that is none."""
    if level not in LEVEL_ENDS:
        remedy = f"Use a vertebral level from {LEVELS[0]} to {LEVELS[-1]}, such as T10."
        raise BadInput("level", f"{level!r} is not a vertebral level", remedy=remedy)
    index = LEVELS.index(level)
    begins = LEVEL_ENDS[LEVELS[index - 1]].value if index else 0.0
    return begins, LEVEL_ENDS[level].value


def level_cm(level: str) -> float:
    """The middle (cm) of a vertebral level in the adult. BadInput for a name that is none."""
    begins, ends = level_range_cm(level)
    return (begins + ends) / 2


def level_at(z_cm: float) -> str:
    """The level that holds a position within the adult's canal; the last one at its very end. OurFault outside."""
    if not 0.0 <= z_cm <= CANAL_CM:
        raise OurFault(f"{z_cm} cm lies outside the canal of {CANAL_CM} cm")
    return next((level for level in LEVELS if z_cm < LEVEL_ENDS[level].value), LEVELS[-1])


def target_range_cm(target: str) -> tuple[float, float]:
    """Where the cord segments of a target muscle begin and end (cm) in the adult."""
    first, last = TARGETS[target]
    return level_range_cm(first)[0], level_range_cm(last)[1]


def csf_knots() -> tuple[Floats, Floats]:
    """Positions (cm) and areas (cm2) of CSF with roots in the adult, (knots,) each; level beyond both ends."""
    return _middles(CSF_AREAS), _values(CSF_AREAS)


def cord_knots() -> tuple[Floats, Floats]:
    """Positions (cm) and areas (cm2) of the cord in the adult, to its end at L2, (knots,) each."""
    return np.append(_middles(CORD_AREAS), LEVEL_ENDS["L2"].value), np.append(_values(CORD_AREAS), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """The canal cut into cells of equal length; arrays run from the foramen magnum down.

    `edges_cm` (cells + 1,); `centres_cm` (cells,); `csf_ml` and `cord_ml` (..., cells); `face_cm2` (..., cells + 1) is
    the CSF area at the edges. Volumes are exact integrals of the area's straight lines: they do not depend on the cell
    length. In front stand patients, where areas were scaled for each.
    """

    stature: Stature
    edges_cm: Floats
    centres_cm: Floats
    csf_ml: Floats
    cord_ml: Floats
    face_cm2: Floats

    @property
    def length_cm(self) -> float:
        """From the foramen magnum to the end of the sac (cm)."""
        return float(self.edges_cm[-1])

    @property
    def stretched(self) -> float:
        """The length against that of the adult of 170 cm."""
        return self.length_cm / CANAL_CM

    def level_cm(self, level: str) -> float:
        """The middle (cm) of a vertebral level in this person. BadInput for a name that is none."""
        return level_cm(level) * self.stretched

    def tip_cm(self, level: str) -> float:
        """The same for a catheter's tip. BadInput where no tip can be."""
        if level not in TIP_LEVELS:
            remedy = f"Use a vertebral level from {TIP_LEVELS[0]} to {TIP_LEVELS[-1]}, such as T10."
            raise BadInput("tip_level", f"{level!r} is no place for a catheter's tip", remedy=remedy)
        return self.level_cm(level)

    @property
    def cell_cm(self) -> float:
        """The length of one cell."""
        return float(self.edges_cm[1] - self.edges_cm[0])


def canal_grid(cell_cm: float, stature: Stature = ADULT, area_scale: float | Floats = 1.0) -> Grid:
    """A person's canal in cells as near to `cell_cm` as fit a whole number of times.

    Lengths go with height, areas with its square (isometric; assumed) and with `area_scale`, () or (patients, 1).
    Where lumbar CSF was measured, the canal below T11/12 holds exactly that, whatever the scale. OurFault for cells
    longer than the canal.
    """
    taller = stature.taller
    length_cm = CANAL_CM * taller
    if not 0.0 < cell_cm <= length_cm:
        raise OurFault(f"a cell of {cell_cm} cm does not fit a canal of {length_cm} cm")
    edges_cm = np.linspace(0.0, CANAL_CM, round(length_cm / cell_cm) + 1)
    knots_cm, scaled_cm2, measured_cm2 = _shares(stature)
    scaled_ml, measured_ml = (np.diff(_integral(edges_cm, knots_cm, cm2)) for cm2 in (scaled_cm2, measured_cm2))
    scaled_face, measured_face = (np.interp(edges_cm, knots_cm, cm2) for cm2 in (scaled_cm2, measured_cm2))
    return Grid(
        stature=stature,
        edges_cm=edges_cm * taller,
        centres_cm=(edges_cm[:-1] + edges_cm[1:]) / 2 * taller,
        csf_ml=(scaled_ml * area_scale + measured_ml) * taller**3,
        cord_ml=np.diff(_integral(edges_cm, *cord_knots())) * area_scale * taller**3,
        face_cm2=(scaled_face * area_scale + measured_face) * taller**2,
    )


def _shares(stature: Stature) -> tuple[Floats, Floats, Floats]:
    """Knots (cm) and areas (cm2) in the adult: what scales, and what was measured and does not.

    Between T9/10 and T11/12 the one gives way to the other along a straight line.
    """
    knots_cm, areas_cm2 = csf_knots()
    if stature.lumbar_ml is None:
        return knots_cm, areas_cm2, np.zeros_like(areas_cm2)
    blend_cm = np.array([LEVEL_ENDS["T9"].value, LEVEL_ENDS["T11"].value])
    bends_cm = np.union1d(knots_cm, blend_cm)
    bends_cm2 = np.interp(bends_cm, knots_cm, areas_cm2)
    weight = np.interp(bends_cm, blend_cm, [0.0, 1.0])
    usual_ml = np.diff(_integral(np.array([blend_cm[1], CANAL_CM]), knots_cm, areas_cm2))[0]
    return bends_cm, bends_cm2 * (1.0 - weight), bends_cm2 * weight * (stature.lumbar_ml / stature.taller**3 / usual_ml)


def _integral(at_cm: Floats, knots_cm: Floats, areas_cm2: Floats) -> Floats:
    """The volume (mL) from the foramen magnum to each position: trapezoids between all bends, hence exact."""
    bends = np.union1d(at_cm, knots_cm)
    areas = np.interp(bends, knots_cm, areas_cm2)
    total = np.concatenate([[0.0], np.cumsum(np.diff(bends) * (areas[:-1] + areas[1:]) / 2)])
    return np.asarray(total[np.searchsorted(bends, at_cm)])


def _middles(by_level: dict[str, Sourced]) -> Floats:
    return np.array([level_cm(level) for level in by_level])


def _values(by_level: dict[str, Sourced]) -> Floats:
    return np.array([number.value for number in by_level.values()], dtype=np.float64)
