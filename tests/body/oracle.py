"""The body's equations written out a second time, from the specification, for an ODE solver.

Nothing of `thecal.body` is used: geometry, parameters, fluxes and pools are typed and assembled here, node by node, as
balances of what flows in and out. Only the way space is cut is shared: equal cells, Scharfetter-Gummel links, exact
cell volumes, cells counted into a target by the length they share with it.

    y = [CSF cells … | cord cells … | cisterns, cranial | fast pools … | slow pools … | brainstem | plasma]
"""

from dataclasses import dataclass
from itertools import pairwise
from math import erf, exp, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LENGTH = 62.3
# fmt: off
TOPS = {
    "C1": 0.0, "C2": 2.0, "C3": 4.0, "C4": 5.7, "C5": 7.4, "C6": 9.1, "C7": 10.8, "T1": 12.5, "T2": 14.4, "T3": 16.4,
    "T4": 18.5, "T5": 20.6, "T6": 22.7, "T7": 24.9, "T8": 27.2, "T9": 29.5, "T10": 31.9, "T11": 34.4, "T12": 37.1,
    "L1": 40.0, "L2": 43.3, "L3": 46.8, "L4": 50.4, "L5": 54.1, "S1": 57.8, "S2": 60.8, "end": 62.3,
}
CSF = [
    (1.0, 2.9), (3.0, 2.3), (4.85, 1.75), (8.25, 1.5), (11.65, 1.45), (15.4, 1.25), (23.8, 1.15), (33.15, 1.25),
    (38.55, 1.7), (41.65, 2.05), (45.05, 2.15), (48.6, 2.1), (52.25, 1.95), (55.95, 1.6), (59.3, 1.15), (61.55, 0.5),
]
CORD = [
    (4.85, 0.74), (8.25, 0.77), (11.65, 0.62), (15.4, 0.46), (28.35, 0.41), (33.15, 0.45), (38.55, 0.54),
    (41.65, 0.30), (45.05, 0.04), (46.8, 0.0),
]
# fmt: on
MUSCLES = [("T12", "L2"), ("T11", "L1"), ("C5", "C7"), ("C4", "C6")]
"""Soleus, quadriceps, flexor carpi radialis, biceps: from the top of one level to the top of another."""
D0, ALPHA, F_HEART, F_BREATH = 0.1, 0.25, 1.1, 0.25
K_S, K_T, K_P, K_BT = 0.222, 0.35, 1.0, 0.05
Q_P, F_S = 21.0, 0.27
V_CIS, V_CR, G_CC, K_BR = 30.0, 120.0, 57.0, 0.02
K_FAST, K_SLOW, K_BRAIN = 1.28, 0.04, 0.5
CL_P, V_P, WEIGHT = 0.20, 0.85, 70.0
SIGMA = 1.25


def area(knots: list[tuple[float, float]], z: float) -> float:
    """A straight line between knots, level beyond the last."""
    if z <= knots[0][0]:
        return knots[0][1]
    for (z0, a0), (z1, a1) in pairwise(knots):
        if z <= z1:
            return a0 + (a1 - a0) * (z - z0) / (z1 - z0)
    return knots[-1][1]


def volume(knots: list[tuple[float, float]], top: float, bottom: float) -> float:
    """The area's integral: exact, a trapezoid between each two bends."""
    bends = [top, *[z for z, _ in knots if top < z < bottom], bottom]
    return sum((b - a) * (area(knots, a) + area(knots, b)) / 2 for a, b in pairwise(bends))


def dispersion(z: float) -> float:
    """D(z) in cm2/h: floor, heartbeat, breathing."""
    heart = 0.6 * (1 - z / LENGTH) ** 1.3 / area(CSF, z)
    breath = 0.3 * (1 - z / LENGTH) ** 0.6 / area(CSF, z)
    return float(3600 * (D0 + ALPHA * (F_HEART * heart**2 + F_BREATH * breath**2)))


def flux(conductance: float, flow: float, here: float, there: float) -> float:
    """Scharfetter-Gummel: what passes from here to there, with the flow and by dispersion."""
    if flow == 0:
        return conductance * (here - there)
    bend = exp(flow / conductance)
    return flow * (here * bend - there) / (bend - 1)


@dataclass(frozen=True)
class Oracle:
    """The balances of one grid with the tip at `tip`: call `derivative`, or take `matrix` and `source`."""

    cells: int
    tip: float

    @property
    def step(self) -> float:
        return LENGTH / self.cells

    @property
    def corded(self) -> list[int]:
        """The cells that have cord beside them."""
        return [i for i in range(self.cells) if i * self.step < CORD[-1][0]]

    @property
    def size(self) -> int:
        return self.cells + len(self.corded) + 2 + 2 * len(MUSCLES) + 2

    def derivative(self, y: Floats, rate: float) -> Floats:
        """How fast everything changes at `rate` mcg/h."""
        n, step, corded = self.cells, self.step, self.corded
        csf, cord, (cis, cr) = y[:n], y[n : n + len(corded)], y[n + len(corded) : n + len(corded) + 2]
        pools = y[n + len(corded) + 2 :]
        mass = np.zeros(self.size)
        volumes = [volume(CSF, i * step, (i + 1) * step) for i in range(n)]
        for i in range(n):
            mass[i] -= K_S * volumes[i] * csf[i]
            mass[i] -= F_S * Q_P * step / LENGTH * csf[i]
        for i in range(n - 1):
            z = (i + 1) * step
            passing = flux(area(CSF, z) * dispersion(z) / step, F_S * Q_P * (1 - z / LENGTH), csf[i], csf[i + 1])
            mass[i] -= passing
            mass[i + 1] += passing
        change = np.zeros(self.size)
        for k, i in enumerate(corded):
            cord_volume = volume(CORD, i * step, (i + 1) * step)
            mass[i] -= K_T * K_P * cord_volume * (csf[i] - cord[k])
            change[n + k] = K_T * (csf[i] - cord[k]) - K_BT * cord[k]
        down = flux(area(CSF, 0) * dispersion(0) / (step / 2), F_S * Q_P, cis, csf[0])
        up = flux(G_CC, (1 - F_S) * Q_P, cis, cr)
        mass[0] += down
        for i, part in enumerate(self.parts()):
            change[i] = (mass[i] + part * rate) / volumes[i]
        change[n + len(corded)] = (-down - up) / V_CIS
        change[n + len(corded) + 1] = (up - (1 - F_S) * Q_P * cr) / V_CR - K_BR * cr
        for j, seen in enumerate(self.seen(cord)):
            fast, slow = n + len(corded) + 2 + j, n + len(corded) + 2 + len(MUSCLES) + j
            change[fast] = K_FAST * (seen - pools[j])
            change[slow] = K_SLOW * (seen - pools[len(MUSCLES) + j])
        change[-2] = K_BRAIN * (1000 * cis - pools[-2])
        change[-1] = (self.lost(csf, cord, cr) - CL_P * WEIGHT * pools[-1]) / (V_P * WEIGHT)
        return change

    def lost(self, csf: Floats, cord: Floats, cranial: float) -> float:
        """What blood takes up (mcg/h): from fluid, cord and brain, and with the fluid that spine and head absorb."""
        taken = ((1 - F_S) * Q_P + K_BR * V_CR) * cranial
        for i in range(self.cells):
            own = volume(CSF, i * self.step, (i + 1) * self.step)
            taken += (K_S * own + F_S * Q_P * self.step / LENGTH) * csf[i]
        for k, i in enumerate(self.corded):
            taken += K_BT * K_P * volume(CORD, i * self.step, (i + 1) * self.step) * cord[k]
        return taken

    def parts(self) -> list[float]:
        """How the tip's Gaussian falls on the cells."""
        reach = [erf((i * self.step - self.tip) / SIGMA / sqrt(2)) for i in range(self.cells + 1)]
        return [(b - a) / (reach[-1] - reach[0]) for a, b in pairwise(reach)]

    def seen(self, cord: Floats) -> list[float]:
        """The mean cord concentration (ng/mL) beside each muscle's segments."""
        means = []
        for first, after in MUSCLES:
            top, bottom = TOPS[first], TOPS[after]
            shared = [max(0.0, min((i + 1) * self.step, bottom) - max(i * self.step, top)) for i in self.corded]
            means.append(1000 * sum(s * c for s, c in zip(shared, cord, strict=True)) / sum(shared))
        return means

    def matrix(self) -> Floats:
        """The derivative's Jacobian: the equations are linear, so unit vectors give its columns."""
        columns = [self.derivative(unit, 0.0) for unit in np.eye(self.size)]
        return np.array(columns).T

    def source(self) -> Floats:
        """What one mcg/h adds to the derivative."""
        return self.derivative(np.zeros(self.size), 1.0)

    def solve(self, edges: Floats, rates: Floats, samples: int) -> tuple[Floats, Floats]:
        """From rest: (times, y at them), `samples` to a stretch, restarted at every change of input."""
        jacobian, source = self.matrix(), self.source()
        times, values = [edges[:1]], [np.zeros((1, self.size))]
        for begin, end, rate in zip(edges[:-1], edges[1:], rates, strict=True):
            times.append(np.linspace(begin, end, samples + 1)[1:])
            values.append(stretch(jacobian, source * rate, values[-1][-1], begin, times[-1]))
        return np.concatenate(times), np.concatenate(values)


def stretch(jacobian: Floats, forced: Floats, y: Floats, begin: float, times: Floats) -> Floats:
    """BDF over one stretch of constant input: y at each of `times`, the last of which ends it."""
    from scipy.integrate import solve_ivp
    from scipy.sparse import csc_array

    sparse = csc_array(jacobian)

    def derivative(_: float, y: Floats) -> Floats:
        return np.asarray(sparse @ y + forced)

    span = (begin, float(times[-1]))
    # SciPy's BDF begins with rows of differences that it has not filled in yet, and subtracts them before it does.
    with np.errstate(invalid="ignore", over="ignore"):
        solved = solve_ivp(derivative, span, y, method="BDF", t_eval=times, rtol=1e-9, atol=1e-12, jac=sparse)
    assert solved.success, solved.message
    return np.asarray(solved.y.T)
