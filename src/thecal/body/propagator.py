"""What a body asks of the mathematics that carries its state through time, whichever way that is done."""

from typing import Literal, Protocol

from thecal.body.anatomy import Floats

Method = Literal["eigenmodes", "expm"]


class Propagator(Protocol):
    """States are coordinates x (n,) of the tree, of the propagator's own choice, and pools e (pools,) in ng/mL.

    `edges_h` (edges,) rise; `rates_mcg_per_h` (edges − 1,) hold between them.
    """

    @property
    def method(self) -> Method:
        """By what the body is propagated."""
        ...

    def coordinates(self, concentrations: Floats) -> Floats:
        """The x (n,) of nodes' `concentrations` (nodes,), mcg/mL."""
        ...

    def concentrations(self, coordinates: Floats) -> Floats:
        """The nodes' concentrations (..., nodes), mcg/mL, of `coordinates` x (..., n)."""
        ...

    def steady(self, rate_mcg_per_h: float) -> tuple[Floats, Floats]:
        """Both, x (n,) and e (pools,), at the fixed point of a constant rate."""
        ...

    def periodic(self, edges_h: Floats, rates_mcg_per_h: Floats) -> tuple[Floats, Floats]:
        """Both, x (n,) and e (pools,), at the beginning of a cycle that repeats for ever."""
        ...

    def march(
        self, coordinates: Floats, effects: Floats, edges_h: Floats, rates_mcg_per_h: Floats
    ) -> tuple[Floats, Floats]:
        """Both, x (edges, n) and e (edges, pools), at every edge.

        They begin as `coordinates` (n,) and `effects` (pools,).
        """
        ...

    def exposure(self, coordinates: Floats, edges_h: Floats, rates_mcg_per_h: Floats) -> Floats:
        """The integral of every node's concentration (nodes,) from the first to the last edge, mcg h/mL.

        It is `coordinates` (n,) at the first.
        """
        ...
