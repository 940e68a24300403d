"""The log's side of witnessing: ask each witness to sign the newest checkpoint, and serve what they sign.

Never a part of publishing: a witness that is down or slow holds nothing up.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic

from covenant.record import asking, publishing, reads
from covenant.record.engine import merkle, notes, submission, tiles

log = logging.getLogger("covenant.record")
SECONDS = 3.0  # in which a witness has answered
SECONDS_BETWEEN_WARNINGS = 60.0
SECONDS_AFTER_A_FAULT = 10.0
LARGEST = 20_000  # bytes of an answer


class WrongWitnesses(ValueError):
    """The list of witnesses is not written as it should be."""


@dataclass
class Asked:
    """A witness, and what this process knows of it."""

    url: str
    key: notes.Key
    size: int = 0  # of the last checkpoint that it signed, as far as is known
    told: float = field(default=-SECONDS_BETWEEN_WARNINGS)  # when a fault was logged last
    rest: float = 0.0  # asked no earlier than then


def witnesses(text: str) -> list[Asked]:
    """The witnesses in a setting: an address and a public key each, with spaces between.

    Raises
    ------
    WrongWitnesses
        It names none so.
    """
    parts = text.split()
    if len(parts) % 2:
        raise WrongWitnesses("COVENANT_WITNESSES: an address and a public key for each witness")
    try:
        found = [Asked(url, notes.key(vkey)) for url, vkey in zip(parts[::2], parts[1::2], strict=True)]
    except ValueError as fault:
        raise WrongWitnesses(f"COVENANT_WITNESSES: {fault}") from None
    for each in found:
        if each.key.kind != notes.COSIGNATURE or not asking.is_address(each.url):
            raise WrongWitnesses(
                f"COVENANT_WITNESSES: {each.url[:120]}: no address with the key of a witness"
            )
    if len({each.key for each in found}) != len(found):
        raise WrongWitnesses("COVENANT_WITNESSES: one witness stands there twice")
    return found


def ask_all(asked: list[Asked], *, folder: Path, now: datetime) -> int:
    """Ask each witness that has not signed the newest checkpoint; returns how many did now."""
    publishing.name_witnesses(folder, [each.key for each in asked])
    tip = reads.tip()
    due = [each for each in asked if each.rest <= monotonic() and not _signed(tip.note, each.key)]
    if not (tip.note and due):
        return 0
    nodes = tiles.nodes_of(lambda path: (folder / path).read_bytes(), tip.size)
    with ThreadPoolExecutor(len(due)) as pool:
        lines = "".join(pool.map(lambda each: _asked(each, tip.size, tip.note, nodes), due))
    if lines:
        publishing.add_lines(folder=folder, size=tip.size, lines=lines, now=now)
    return lines.count("\n")


def _signed(note: str, key: notes.Key) -> bool:
    return bool(note) and any((s.name, s.id) == (key.name, key.id) for s in notes.split(note)[1])


def _asked(witness: Asked, size: int, note: str, nodes: merkle.Nodes) -> str:
    """The line with which a witness signs; nothing where it does not, which is logged once a minute."""
    try:
        return _ask(witness, size, note, nodes)
    except (OSError, ValueError, tiles.WrongTile) as fault:
        witness.rest = monotonic() + SECONDS_AFTER_A_FAULT
        if monotonic() - witness.told >= SECONDS_BETWEEN_WARNINGS:
            witness.told = monotonic()
            log.error("the witness %s does not sign: %s", witness.key.name, str(fault)[:300])
        return ""


def _ask(witness: Asked, size: int, note: str, nodes: merkle.Nodes) -> str:
    status, body = _post(witness, size, note, nodes)
    if status == 409:
        theirs = body.strip()
        if not (theirs.isascii() and theirs.isdigit() and len(theirs) < 19):
            raise ValueError("it answers 409 without a size")
        if int(theirs) > size:
            raise ValueError(f"it signed {theirs} entries already, and here are {size}")
        if int(theirs) == witness.size:
            raise ValueError(f"it signed another record of {theirs} entries")
        witness.size = int(theirs)
        status, body = _post(witness, size, note, nodes)
    if status != 200:
        raise ValueError(f"it answers {status} {body.strip()[:120]!r}")
    text, _own = notes.split(note)
    for line in body.splitlines(keepends=True):
        signature = notes.split(f"{text}\n{line}")[1][0]
        if (signature.name, signature.id) == (witness.key.name, witness.key.id):
            notes.opened(f"{text}\n{line}", [witness.key])
            witness.size = size
            return line
    raise ValueError("its answer holds no signature of its own")


def _post(witness: Asked, size: int, note: str, nodes: merkle.Nodes) -> tuple[int, str]:
    old = witness.size if witness.size <= size else 0
    proof = merkle.consistency_proof(nodes, old, size) if old else []
    status, body = asking.ask(
        f"{witness.url.rstrip('/')}/add-checkpoint",
        data=submission.write(old, proof, note).encode(),
        seconds=SECONDS,
        largest=LARGEST,
    )
    return status, body.decode(errors="replace")
