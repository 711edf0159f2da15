"""The fourth law: a refusal changes nothing, and a pump in any state may be read and stopped."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.laws.dice import Dice
from tests.laws.stories import act
from tests.laws.teardown import invalid
from tests.pump.helpers import new_pump

from thecal.canonical import record_digest
from thecal.pump import machine
from thecal.pump.commands import Interrogate, Stop
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.memory import Pump
from thecal.pump.refusals import REMEDIES, Refusal
from thecal.pump.states import State
from thecal.units import DAY_MS

KEYS = st.integers(0, 2**32).map(str)


class AnyPump(RuleBasedStateMachine):
    """A pump to which anything may happen, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.pump = new_pump()

    @initialize(name=st.sampled_from(sorted(PUMP_MODELS)))
    def make(self, name: str) -> None:
        self.pump = new_pump(pump_model=PUMP_MODELS[name])

    @rule(key=KEYS)
    def happen(self, key: str) -> None:
        """Anything. What is refused is refused again, with a remedy, and the pump is what it was."""
        before = record_digest(self.pump)
        after = act(self.pump, Dice(key))
        if isinstance(after, Refusal):
            assert record_digest(self.pump) == before
            assert act(self.pump, Dice(key)) == after
            assert REMEDIES[after.code]
            assert after.says
        else:
            self.pump = after

    @rule(span_ms=st.integers(0, 60 * DAY_MS))
    def wait(self, span_ms: int) -> None:
        self.pump, _ = machine.advance(self.pump, self.pump.now_ms + span_ms)

    @invariant()
    def reading_is_answered_and_changes_nothing_but_a_hold(self) -> None:
        read = machine.handle(self.pump, Interrogate())
        assert isinstance(read, Pump)
        assert read == self.pump or self.pump.state is State.HELD
        assert machine.interrogate(self.pump).at_ms == self.pump.now_ms

    @invariant()
    def a_stop_is_answered_and_stops(self) -> None:
        stopped = machine.handle(self.pump, Stop())
        assert isinstance(stopped, Pump)
        assert stopped.state in {State.STOPPED, State.END_OF_SERVICE}
        later, flow = machine.advance(stopped, stopped.now_ms + 90 * DAY_MS)
        assert flow == ()
        assert later.delivered_nl == self.pump.delivered_nl

    @invariant()
    def the_pump_is_one_that_can_be(self) -> None:
        assert list(invalid(self.pump)) == []


AnyPump.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)


class TestAnyPump(AnyPump.TestCase):  # type: ignore[valid-type,misc] # hypothesis makes it at run time
    """Random histories of random pumps."""
