"""One patient-year of a four-step flex schedule with hourly output: exact eigenmodes against ODE solvers.

    python benchmarks/body_year.py [--days 365]

Both sides compute the same problem in this run: the same network, from rest, restarted (solvers) at every change of
input. Set-up is counted on both sides: geometry, assembly and eigendecomposition here, assembly and Jacobian there.
Nothing is extrapolated; with --days the span is shorter for both. Time is the fastest of five runs here, one run there.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np
import scipy
from scipy.integrate import solve_ivp
from scipy.sparse import csc_array

from thecal.body import Body, Course, person
from thecal.body.anatomy import Floats

STARTS_H = (0.0, 6.0, 9.0, 21.0)
RATES_MCG_PER_H = (8.0, 20.0, 12.0, 16.0)
Method = Literal["BDF", "LSODA"]
SOLVERS: tuple[tuple[Method, float], ...] = (("LSODA", 1e-6), ("BDF", 1e-6), ("BDF", 1e-9))


@dataclass(frozen=True)
class Problem:
    """Edges (h), rates (mcg/h) and the hours at which output is wanted."""

    edges: Floats
    rates: Floats
    hours: Floats


def flex(days: int) -> Problem:
    starts = [24.0 * day + start for day in range(days) for start in STARTS_H]
    return Problem(np.array([*starts, 24.0 * days]), np.array(RATES_MCG_PER_H * days), np.arange(24.0 * days + 1.0))


def by_eigenmodes(problem: Problem) -> Floats:
    """Outputs (hours, CSF + cord + cisterns + C_e) from a cold start."""
    person._body.cache_clear()  # noqa: SLF001 - set-up is part of what is measured
    person._canal.cache_clear()  # noqa: SLF001 - the same
    body = Body.adult()
    return outputs(body.course(body.rest(), problem.edges, problem.rates, problem.hours))


def outputs(course: Course) -> Floats:
    corded = course.cord_mcg_per_ml.any(axis=0)
    felt = np.column_stack(list(course.effect_ng_per_ml.values()))
    return np.hstack(
        [course.csf_mcg_per_ml, course.cord_mcg_per_ml[:, corded], course.cisternal_mcg_per_ml[:, None], felt]
    )


def by_solver(method: Method, rtol: float, problem: Problem) -> Floats:
    """The same outputs from a general solver with the exact Jacobian, restarted at every change of input."""
    body = Body.adult()
    jacobian, source = augmented(body)
    rows = [np.zeros(len(source))]
    for (begin, end), rate in zip(pairwise(problem.edges), problem.rates, strict=True):
        wanted = problem.hours[(problem.hours > begin) & (problem.hours <= end)]
        rows.extend(stretch(method, rtol, jacobian, source * rate, rows[-1], begin, wanted))
    return as_outputs(body, np.array(rows))


def stretch(
    method: Method, rtol: float, jacobian: Floats, forced: Floats, y: Floats, begin: float, wanted: Floats
) -> Floats:
    """One stretch of constant input; `wanted` ends with it. BDF gets its Jacobian sparse, which it is faster with."""
    sparse = csc_array(jacobian)

    def derivative(_: float, y: Floats) -> Floats:
        return np.asarray(sparse @ y + forced)

    solved = solve_ivp(
        derivative,
        (begin, float(wanted[-1])),
        y,
        method=method,
        t_eval=wanted,
        rtol=rtol,
        atol=rtol * 1e-3,
        jac=sparse if method == "BDF" else jacobian_of(jacobian),
    )
    assert solved.success, solved.message
    return np.asarray(solved.y.T)


def jacobian_of(jacobian: Floats) -> Callable[[float, Floats], Floats]:
    """LSODA wants the Jacobian as a function, dense."""

    def jac(_: float, _y: Floats) -> Floats:
        return jacobian

    return jac


def augmented(body: Body) -> tuple[Floats, Floats]:
    """Jacobian and source of nodes and effect pools together."""
    network = body.network
    nodes = len(network.capacity_ml)
    rates, pools = body.pools.rates_per_h, len(body.pools.rates_per_h)
    jacobian = np.zeros((nodes + pools, nodes + pools))
    jacobian[:nodes, :nodes] = -network.exchange() / network.capacity_ml[:, None]
    jacobian[nodes:, :nodes] = rates[:, None] * body.pools.weights
    jacobian[nodes:, nodes:] = -np.diag(rates)
    return jacobian, np.concatenate([body.source / network.capacity_ml, np.zeros(pools)])


def as_outputs(body: Body, y: Floats) -> Floats:
    nodes = len(body.network.capacity_ml)
    fast, slow = y[:, nodes : nodes + 4], y[:, nodes + 4 : -1]
    share = body.parameters.slow_share.value
    return np.hstack([y[:, : nodes - 1], (1.0 - share) * fast + share * slow])


def timed(compute: Callable[[], Floats], runs: int = 1) -> tuple[float, Floats]:
    """The fastest of `runs`, and the result."""
    spent = []
    for _ in range(runs):
        begin = time.perf_counter()
        result = compute()
        spent.append(time.perf_counter() - begin)
    return min(spent), result


def apart(one: Floats, other: Floats) -> float:
    """The largest difference of any output against its own peak."""
    return float((np.abs(one - other).max(axis=0) / np.abs(one).max(axis=0)).max())


def main() -> None:
    parser = argparse.ArgumentParser(description="One patient-year: exact eigenmodes against ODE solvers.")
    parser.add_argument("--days", type=int, default=365)
    problem = flex(parser.parse_args().days)
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, ", end="")
    print(f"numpy {np.__version__}, scipy {scipy.__version__}")
    ours_s, ours = timed(partial(by_eigenmodes, problem), runs=5)
    print(f"{len(problem.rates)} stretches, {len(problem.hours)} hours × {ours.shape[1]} outputs")
    print(f"{'exact eigenmodes':28}{ours_s:9.3f} s")
    for method, rtol in SOLVERS:
        spent, theirs = timed(partial(by_solver, method, rtol, problem))
        name = f"solve_ivp {method}, rtol {rtol:g}"
        print(f"{name:28}{spent:9.3f} s   {spent / ours_s:8.0f} × as long   {apart(ours, theirs):.1e} of peak apart")


if __name__ == "__main__":
    main()
