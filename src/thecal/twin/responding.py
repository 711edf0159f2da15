"""The typical person and virtual patients through the same exposure, each from what they had settled on before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thecal.body import TARGETS, Body
from thecal.body.adaptation import Adaptation, Tolerance, settled
from thecal.body.cohort import Cohort
from thecal.body.ensemble import Ensemble
from thecal.body.parameters import Parameters
from thecal.body.response import Responder, Response, respond
from thecal.twin.asked import HOURS_PER_DAY, Delivery
from thecal.twin.lived import Exposure, live
from thecal.twin.virtual import Felt

HABIT_SPACING_H = 2.0
STRIDE = 4
"""Samples to a step of tolerance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class One:
    """The typical person, whose fluid is looked at at `levels`."""

    body: Body
    levels: Sequence[str]

    @property
    def whose(self) -> Parameters:
        """Whose numbers."""
        return self.body.parameters

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what is felt at one time."""
        return (len(TARGETS),)

    def felt(self, habit: Delivery | None, exposure: Exposure) -> Felt:
        """What is felt, from a body that had settled on a habit."""
        start = self.body.rest() if habit is None else self.body.periodic(*habit)
        return Felt.of(live(self.body, start, exposure)[0], self.body, self.levels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Many:
    """Virtual patients, whose fluid is looked at at the ensemble's levels."""

    people: Ensemble

    @property
    def whose(self) -> Cohort:
        """Whose numbers."""
        return self.people.cohort

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what is felt at one time."""
        return len(self.people.cohort), len(TARGETS)

    def felt(self, habit: Delivery | None, exposure: Exposure) -> Felt:
        """What each feels, from bodies that had settled on a habit."""
        state = self.people.rest() if habit is None else self.people.settled(*habit)
        parts, last = [], float(exposure.edges_h[-1])
        for edges, rates, doses in exposure.parts():
            for dose in doses:
                state = self.people.injected(state, dose.mass_mcg)
            now = (exposure.times_h >= edges[0]) & ((exposure.times_h < edges[-1]) | (edges[-1] == last))
            parts.append(self.people.exposure(state, edges, rates, exposure.times_h[now]))
            state = self.people.advance(state, edges, rates)
        return Felt(
            csf_mcg_per_ml=np.concatenate([part.csf_mcg_per_ml for part in parts], axis=1),
            effect_ng_per_ml=np.concatenate([part.effect_ng_per_ml for part in parts], axis=1),
            brainstem_ng_per_ml=np.concatenate([part.brainstem_ng_per_ml for part in parts], axis=1),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lived:
    """What was felt and what is found of it, at the exposure's times."""

    felt: Felt
    found: Response


def lived(lives: One | Many, habit: Delivery | None, exposure: Exposure, *, baseline_mas: float) -> Lived:
    """Through an exposure, with tolerance that grows from what the habit has accustomed each to."""
    felt = lives.felt(habit, exposure)
    responder = Responder(baseline_mas=baseline_mas, baseline_penn=0.0, whose=lives.whose)
    found = respond(
        exposure.times_h,
        felt.effect_ng_per_ml,
        felt.brainstem_ng_per_ml,
        responder,
        start=_used_to(lives, habit),
        stride=STRIDE,
    )
    return Lived(felt=felt, found=found)


def _used_to(lives: One | Many, habit: Delivery | None) -> Adaptation:
    """What a habit has accustomed each to; somebody without one is naive."""
    if habit is None:
        return Adaptation.naive(*lives.shape)
    cycle = _cycle(habit)
    return settled(cycle.times_h, lives.felt(habit, cycle).effect_ng_per_ml, Tolerance.of(lives.whose), stride=STRIDE)


def _cycle(habit: Delivery) -> Exposure:
    """A habit once round, looked at closely enough to settle on; of one rate a day is as good as a week."""
    edges, rates = habit
    if len(rates) == 1:
        return Exposure(
            edges_h=np.array([0.0, HOURS_PER_DAY]), rates_mcg_per_h=rates, times_h=np.array([0.0, HOURS_PER_DAY])
        )
    looks = round(float(edges[-1]) / HABIT_SPACING_H) + 1
    return Exposure(edges_h=edges, rates_mcg_per_h=rates, times_h=np.linspace(0.0, float(edges[-1]), looks))
