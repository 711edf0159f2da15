"""Chance that repeats itself: a number is named for its decision and keyed by the patient.

Nothing is drawn in an order, so that one more patient, or one more question, changes no other answer.
"""

import hashlib


def fraction(seed: int, patient_key: str, decision: str, at_ms: int = 0) -> float:
    """A number in [0, 1), evenly spread over decisions; `at_ms` tells one occasion of a decision from another.

    >>> fraction(1, "p1", "the carer notices") == fraction(1, "p1", "the carer notices")
    True
    """
    key = f"{seed}\0{patient_key}\0{decision}\0{at_ms}".encode()
    return int.from_bytes(hashlib.sha256(key).digest()[:6], "big") / 2**48


def between(least: int, below: int, share: float) -> int:
    """The whole number that lies `share` of the way through `[least, below)`."""
    assert least < below, "a range holds something"
    return least + int((below - least) * share)
