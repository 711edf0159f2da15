"""A programmer's card that anybody could read and alter.

The card with the programmer's software held patients' data in the clear, and whoever had it in hand could change it so
that it ran code of theirs (ICSMA-18-137-01, May 2018, CVE-2018-8849; us-cert.cisa.gov).

Here no card carries either. What crosses the air is sealed between two ends that know each other, an order is what was
reviewed by its digest or is not sent, and a pump takes it only from a credential that it was given. Who keeps the
machine on which orders are written is the clinic's to answer for; a disk is not encrypted by this version.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wand.helpers import PRESCRIBER, PUMP, STRANGER, Bedside, doubled

from thecal.errors import OurFault, TheirFault
from thecal.programmer.exchange import Confirmed, OpenSession, Outcome, open_session
from thecal.programmer.links.memory import MemoryLink
from thecal.pump.infusion import SimpleContinuous

UPDATE = doubled()
TENFOLD = replace(UPDATE, program=replace(UPDATE.program, infusion_mode=SimpleContinuous(rate_nl_per_day=12_000_000)))


class Meddling:
    """A link on which somebody flips bits in every request from the `after`-th on, and listens to all of it."""

    def __init__(self, bedside: Bedside, *, after: int, place: int, mask: int) -> None:
        self._link = MemoryLink(bedside.respond)
        self._after, self._place, self._mask = after, place, mask
        self.heard = b""

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """See `Link`."""
        self._after -= 1
        if self._after < 0:
            altered = bytearray(request)
            altered[self._place % len(request)] ^= self._mask
            request = bytes(altered)
        answer = self._link.exchange(request, timeout_ms)
        self.heard += request + answer
        return answer


def send(session: OpenSession) -> Outcome:
    """The reviewed update, onto what runs."""
    return session.update(UPDATE, onto_revision=1, transaction_id="t1", reviewed_digest=UPDATE.digest())


def test_an_order_that_was_altered_after_its_review_is_not_sent() -> None:
    """Ten times the rate, put into the order behind the reviewer's back: another digest, and nothing goes out."""
    bedside = Bedside()
    session = open_session(MemoryLink(bedside.respond), PRESCRIBER, PUMP.public())
    before = bedside.pump
    with pytest.raises(OurFault, match="not the one that was reviewed"):
        session.update(TENFOLD, onto_revision=1, transaction_id="t1", reviewed_digest=UPDATE.digest())
    assert bedside.pump == before


@settings(max_examples=40, deadline=None)
@given(after=st.integers(0, 5), place=st.integers(0, 400), mask=st.integers(1, 255))
def test_whoever_alters_frames_gets_no_dose_of_theirs_into_the_pump(after: int, place: int, mask: int) -> None:
    """Any byte of any request from any frame on: the pump runs what it ran, or the reviewed update, whole."""
    bedside = Bedside()
    old = bedside.pump.program
    link = Meddling(bedside, after=2 + after, place=place, mask=mask)
    outcome = send(open_session(link, PRESCRIBER, PUMP.public(), retries=0))
    assert bedside.pump.program in (old, UPDATE.program)
    assert not isinstance(outcome, Confirmed) or bedside.pump.program == UPDATE.program
    if after < 2:
        assert bedside.pump.program == old


def test_whoever_listens_learns_neither_who_nor_what() -> None:
    """Of a whole update no serial, no drug and no name is in the clear."""
    bedside = Bedside()
    link = Meddling(bedside, after=1_000, place=0, mask=1)
    assert isinstance(send(open_session(link, PRESCRIBER, PUMP.public())), Confirmed)
    assert [word for word in (b"TRP-0001", b"baclofen", b"Okafor") if word in link.heard] == []


def test_a_programmer_that_the_pump_was_not_given_gets_nowhere() -> None:
    """A stranger's machine, whatever it runs: no session, and the pump is as it was but for a line of its log."""
    bedside = Bedside()
    program, revision = bedside.pump.program, bedside.pump.revision
    with pytest.raises(TheirFault):
        open_session(MemoryLink(bedside.respond), STRANGER, PUMP.public(), retries=0)
    assert (bedside.pump.program, bedside.pump.revision) == (program, revision)
