"""The catheter's numbers, with their birthplace."""

from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import MINUTE_MS

STEP = Sourced(
    name="path_step",
    value=1_000,
    unit="nL",
    source=f"{OWN_CHOICE}: far less than a path holds, and a per mille of it is whole",
    grade="assumed",
)
RELEASE = Sourced(
    name="kink_release",
    value=MINUTE_MS,
    unit="ms",
    source=f"{OWN_CHOICE}: pressure that is let go goes fast beside a day's delivery",
    grade="assumed",
)
MIXING_CELLS = Sourced(
    name="mixing_cells",
    value=20,
    unit="1",
    source=f"{OWN_CHOICE}: a front blurred over about a fifth of the path's volume",
    grade="assumed",
)
NUMBERS = register(STEP, RELEASE, MIXING_CELLS)
STEP_NL = STEP.whole()
"""How much moves before the next turn: of every step each leak has its share in one piece, and each step stirs once."""
RELEASE_MS = RELEASE.whole()
"""How long what a blocked path stored takes to leave, once it can."""
