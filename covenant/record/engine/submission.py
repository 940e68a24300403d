"""What a log sends to a witness: how many entries it showed last, the proof that they stand, its checkpoint.

Reference: C2SP tlog-witness, `add-checkpoint`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from covenant.record.engine.notes import LARGEST, WrongNote, decode, encode

_OLD = re.compile(r"old (0|[1-9][0-9]{0,17})")
MOST_HASHES = 63


@dataclass(frozen=True)
class Submission:
    """What a witness is asked to sign."""

    old: int
    proof: tuple[bytes, ...]
    note: str


def write(old: int, proof: Sequence[bytes], note: str) -> str:
    """The body of a request.

    Examples
    --------
    >>> write(0, [], "a note")
    'old 0\\n\\na note'
    """
    return "".join([f"old {old}\n", *(f"{encode(each)}\n" for each in proof), "\n", note])


def read(body: str) -> Submission:
    """What the body of a request says.

    Raises
    ------
    WrongNote
        It is none.
    """
    head, blank, note = body.partition("\n\n")
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if not (blank and old) or len(body) > LARGEST or len(lines) > MOST_HASHES:
        raise WrongNote("this is no request to a witness")
    proof = tuple(decode(line) for line in lines)
    if any(len(each) != 32 for each in proof):
        raise WrongNote("a hash in this proof has not 32 bytes")
    return Submission(int(old[1]), proof, note)
