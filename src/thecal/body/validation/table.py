"""Every published number that the body is held against. None is left out because it fails."""

from thecal.body.validation.published.fluid import FLUID
from thecal.body.validation.published.others import OTHERS, OVERDOSE
from thecal.body.validation.published.reflex import REFLEX
from thecal.body.validation.published.therapy import THERAPY
from thecal.body.validation.published.tone import TONE
from thecal.body.validation.targets import Target

TARGETS: tuple[Target, ...] = (*FLUID, *REFLEX, *TONE, *THERAPY, *OVERDOSE, *OTHERS)
PUBLISHED = {target.id: number for target in TARGETS if (number := target.sourced()) is not None}
"""The published numbers with their birthplaces."""


def target(name: str) -> Target:
    """One row by its id."""
    return next(each for each in TARGETS if each.id == name)
