"""General solvers on the same system, each as its makers would set it up.

Every solver is restarted at every change of input, so that none leaps over one; gets the exact Jacobian where it takes
one, sparse or as a band where that is faster; and gets as absolute tolerance of each state that state's own peak times
its relative tolerance, where it takes one for each. What is installed decides which take part.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from body_problem import RATES_MCG_PER_H, STARTS_H, TIP, Floats, Schedule, System, apart
from scipy.integrate import solve_ivp
from scipy.sparse import csc_array

from thecal.body.anatomy import TARGETS
from thecal.body.person import Body
from thecal.body.reduced import LEVELS
from thecal.interop import Subject, sbml
from thecal.interop.effect import MUSCLES
from thecal.interop.tree import node_names
from thecal.twin.lived import Exposure


@dataclass(frozen=True, kw_only=True, eq=False)
class Solved:
    """Outputs (hours, outputs); `compile_s` went into machine code, once for a model, and `run_s` into the rest."""

    values: Floats
    run_s: float
    compile_s: float = 0.0


Solver = Callable[[Schedule, float, Floats], Solved]
"""A schedule, a relative tolerance and the peaks of the states (n,) → what came of it, assembly and all."""


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A solver: the package it comes from, how it is set up, and how many days it is run for; None is all of them."""

    name: str
    package: str
    solve: Solver
    settings: str
    most_days: int | None = None

    @property
    def installed(self) -> str | None:
        """Its version."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None


def timed_since(begin: float) -> float:
    return time.perf_counter() - begin


def stretches(schedule: Schedule) -> list[tuple[float, Floats]]:
    """(rate, the stretch's beginning and each hour up to its end) of every stretch."""
    hours = schedule.hours
    return [
        (float(rate), hours[(hours >= begin) & (hours <= end)])
        for (begin, end), rate in zip(pairwise(schedule.edges_h), schedule.rates_mcg_per_h, strict=True)
    ]


def by_scipy(method: Literal["BDF", "LSODA"], schedule: Schedule, rtol: float, peaks: Floats) -> Solved:
    begin = time.perf_counter()
    system = System.assemble()
    sparse, (below, above) = system.sparse, system.bands
    options: dict[str, Any] = {"jac": csc_array(system.matrix)}
    if method == "LSODA":
        packed = packed_band(system.matrix, below, above)
        options = {"jac": lambda _t, _y: packed, "lband": below, "uband": above}
    rows = [np.zeros(len(peaks))]
    for rate, hours in stretches(schedule):
        forced = rate * system.source
        solved = solve_ivp(
            lambda _t, y, forced=forced: sparse @ y + forced,
            (hours[0], hours[-1]),
            rows[-1],
            method=method,
            t_eval=hours[1:],
            rtol=rtol,
            atol=rtol * peaks,
            **options,
        )
        assert solved.success, solved.message
        rows.extend(solved.y.T)
    return Solved(values=np.array(rows) @ system.outputs.T, run_s=timed_since(begin))


def packed_band(matrix: Floats, below: int, above: int) -> Floats:
    """A band matrix by its diagonals, as LSODA takes it: row above + i − j holds entry (i, j)."""
    packed = np.zeros((below + above + 1, len(matrix)))
    rows, columns = np.nonzero(matrix)
    packed[above + rows - columns, columns] = matrix[rows, columns]
    return packed


def by_sundae(schedule: Schedule, rtol: float, peaks: Floats) -> Solved:
    from sksundae.cvode import CVODE

    begin = time.perf_counter()
    system = System.assemble()
    sparse, (below, above), forced = system.sparse, system.bands, np.zeros(len(peaks))

    def derivative(_t: float, y: Floats, out: Floats) -> None:
        out[:] = sparse @ y + forced

    def jacobian(_t: float, _y: Floats, _out: Floats, filled: Floats) -> None:
        filled[:] = system.matrix

    solver = CVODE(
        derivative,
        method="BDF",
        rtol=rtol,
        atol=rtol * peaks,
        linsolver="band",
        lband=below,
        uband=above,
        jacfn=jacobian,
        max_num_steps=100_000,
    )
    rows = [np.zeros(len(peaks))]
    for rate, hours in stretches(schedule):
        forced[:] = rate * system.source
        solved = solver.solve(hours, rows[-1])
        assert solved.success, solved.message
        rows.extend(solved.y[1:])
    return Solved(values=np.array(rows) @ system.outputs.T, run_s=timed_since(begin))


def by_roadrunner(schedule: Schedule, rtol: float, peaks: Floats) -> Solved:
    """Our SBML: compiled without the schedule, which is handed to it stretch by stretch. It makes its own Jacobian."""
    import roadrunner

    begin = time.perf_counter()
    body = Body.adult(TIP)
    idle = Exposure(edges_h=np.array([0.0, 1.0]), rates_mcg_per_h=np.zeros(1), times_h=np.zeros(1))
    text = sbml(body, body.rest(), idle, Subject())
    compiling = time.perf_counter()
    engine = roadrunner.RoadRunner(text)
    compile_s = timed_since(compiling)
    integrator = engine.getIntegrator()
    integrator.relative_tolerance, integrator.maximum_num_steps = rtol, 1_000_000
    states = len(integrator.getAbsoluteToleranceVector())  # one for each: of a single one it loses sight at times
    integrator.setValue("absolute_tolerance", [rtol * float(peaks.min()) * 1e-2] * states)
    cells = [name for name in node_names(body) if name.startswith("csf_")]
    engine.timeCourseSelections = [f"[{cell}]" for cell in cells] + [f"felt_{muscle}" for muscle in MUSCLES]
    rows = [np.zeros(len(cells) + len(TARGETS))]
    for rate, hours in stretches(schedule):
        engine.setValue("tip_rate", rate)
        rows.extend(np.array(engine.simulate(hours[0], hours[-1], len(hours)))[1:])
    seen, z_cm = np.array(rows), body.grid.centres_cm
    levels = [
        [float(np.interp(body.grid.level_cm(level), z_cm, cell)) for cell in np.eye(len(z_cm))] for level in LEVELS
    ]
    values = np.hstack([seen[:, : len(cells)] @ np.array(levels).T, seen[:, len(cells) :]])
    return Solved(values=values, run_s=timed_since(begin) - compile_s, compile_s=compile_s)


def by_diffrax(schedule: Schedule, rtol: float, peaks: Floats) -> Solved:
    """Kvaerno5 in double precision; a day's stretches are compiled once and days are scanned."""
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    begin = time.perf_counter()
    system = System.assemble()
    matrix, source, outputs = jnp.array(system.matrix), jnp.array(system.source), jnp.array(system.outputs)
    term = diffrax.ODETerm(lambda _t, y, rate: matrix @ y + rate * source)
    tolerances = diffrax.PIDController(rtol=rtol, atol=rtol * jnp.array(peaks))

    def day(y: Any, _: None) -> tuple[Any, Any]:
        seen = []
        for (first, last), rate in zip(pairwise(STARTS_H), RATES_MCG_PER_H, strict=True):
            solved = diffrax.diffeqsolve(
                term,
                diffrax.Kvaerno5(),
                first,
                last,
                None,
                y,
                rate,
                saveat=diffrax.SaveAt(ts=jnp.arange(first + 1.0, last + 1.0)),
                stepsize_controller=tolerances,
                max_steps=100_000,
                adjoint=diffrax.ForwardMode(),
            )
            y = solved.ys[-1]
            seen.append(solved.ys @ outputs.T)
        return y, jnp.concatenate(seen)

    whole = jax.jit(lambda y: jax.lax.scan(day, y, None, length=schedule.days)[1])
    start = jnp.zeros(len(peaks))
    compiling = time.perf_counter()
    compiled = whole.lower(start).compile()
    compile_s = timed_since(compiling)
    found = np.asarray(compiled(start)).reshape(-1, len(system.outputs))
    values = np.vstack([np.zeros(len(system.outputs)), found])
    return Solved(values=values, run_s=timed_since(begin) - compile_s, compile_s=compile_s)


def peers() -> list[Peer]:
    """Everybody we know how to ask."""
    return [
        Peer(
            name="SciPy LSODA",
            package="scipy",
            solve=lambda schedule, rtol, peaks: by_scipy("LSODA", schedule, rtol, peaks),
            settings="band Jacobian",
        ),
        Peer(
            name="SciPy BDF",
            package="scipy",
            solve=lambda schedule, rtol, peaks: by_scipy("BDF", schedule, rtol, peaks),
            settings="sparse Jacobian",
        ),
        Peer(
            name="SUNDIALS CVODE (scikit-sundae)",
            package="scikit-sundae",
            solve=by_sundae,
            settings="BDF, band Jacobian",
        ),
        Peer(
            name="libroadrunner (CVODE, our SBML)",
            package="libroadrunner",
            solve=by_roadrunner,
            settings="BDF, its own dense Jacobian",
        ),
        Peer(
            name="diffrax Kvaerno5 (JAX)",
            package="diffrax",
            solve=by_diffrax,
            settings="dense Jacobian by differentiation, compiled",
            most_days=20,
        ),
    ]


def accurate(peer: Peer, schedule: Schedule, wanted: float, exact: Floats, peaks: Floats) -> float:
    """The loosest relative tolerance of a geometric row at which a peer errs by no more than `wanted`."""
    for half_decades in range(10, 25):
        rtol = float(10.0 ** (-half_decades / 2))
        if apart(peer.solve(schedule, rtol, peaks).values, exact) <= wanted:
            return rtol
    raise AssertionError(f"{peer.name} reaches {wanted} at no tolerance")
