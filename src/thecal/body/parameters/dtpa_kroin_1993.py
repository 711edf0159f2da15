"""Indium-111 DTPA in awake people, after Kroin 1993 (Neurosurgery 33:226, PMID 7690122): another tracer.

It was infused for 72 hours at the lumbar level and stood at T2 at 43 % of what it was at T12. Fluid moves as in the
default set; DTPA leaves it more slowly than baclofen and stays outside cells. How slowly, nobody here has read: what
differs from baclofen is assumed, and none of it was fitted to the 43 %. What a muscle would feel means nothing.
"""

from dataclasses import replace

from thecal.body.parameters.two_pool_2026 import TWO_POOL
from thecal.sources import UNREAD, Sourced

DTPA = replace(
    TWO_POOL,
    spinal_clearance=Sourced(
        name="clearance of DTPA from spinal CSF",
        value=0.064,
        unit="1/h",
        source=f"{UNREAD}: a chelate leaves several times more slowly than baclofen, half of it in eleven hours",
        grade="assumed",
    ),
    cord_exchange=Sourced(
        name="CSF-cord exchange of DTPA",
        value=0.1,
        unit="1/h",
        source=f"{UNREAD}: larger than baclofen, and only between cells",
        grade="assumed",
    ),
    cord_partition=Sourced(
        name="cord:CSF partition of DTPA",
        value=0.2,
        unit="1",
        source=f"{UNREAD}: a fifth of tissue lies outside cells",
        grade="assumed",
    ),
    cord_clearance=Sourced(
        name="clearance of DTPA from cord",
        value=0.01,
        unit="1/h",
        source=f"{UNREAD}: it hardly passes into the blood of the cord",
        grade="assumed",
    ),
)
"""`Parameters` of awake people given DTPA."""
