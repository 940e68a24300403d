"""The chain: each entry carries the hash of the one before it, so that nobody can quietly change one."""

import hashlib
from collections.abc import Iterable

from covenant.record.types import START, Entry, Fault, Tip, canonical


def entry_hash(entry: Entry) -> str:
    """The hash of an entry over everything in it, the hash of the entry before it included."""
    return hashlib.sha256(
        canonical([entry.previous, entry.index, entry.at, entry.kind, entry.subject, entry.body])
    ).hexdigest()


def first_fault(entries: Iterable[Entry]) -> Fault | None:
    """Walk a chain and name the first entry that is not as it was written.

    Parameters
    ----------
    entries
        In the order of the file, from the first entry on.

    Returns
    -------
    Fault or None
        The first entry whose place, link or hash is wrong; None where the chain is whole. A chain that was
        cut off at its end, or written anew from some entry on, is whole in itself: compare it with a copy
        or a tip that somebody else kept (`first_difference`).
    """
    previous = START
    for place, entry in enumerate(entries):
        if entry.index != place:
            return Fault(place, f"entry {place} is missing: entry {entry.index} stands in its place")
        if entry.previous != previous:
            return Fault(place, "it does not follow from the entry before it")
        if entry_hash(entry) != entry.hash:
            return Fault(place, "its content is not what its hash was made from")
        previous = entry.hash
    return None


def first_difference(entries: list[Entry], earlier: list[Entry]) -> Fault | None:
    """Hold a record to an earlier copy of it: what was once published must still be there, unchanged."""
    for place, old in enumerate(earlier):
        if place >= len(entries):
            return Fault(place, "it stands in the earlier copy and is missing here")
        if entries[place] != old:
            return Fault(place, "it is not what the earlier copy says")
    return None


def tip_fault(entries: list[Entry], tip: Tip) -> Fault | None:
    """Hold a record to the tip that was exported with it: it has that many entries and ends in that hash."""
    if len(entries) < tip.entries:
        return Fault(len(entries), f"it is missing: the tip counts {tip.entries}")
    if tip.entries and entries[tip.entries - 1].hash != tip.hash:
        return Fault(tip.entries - 1, "it is not the last entry that was exported")
    if len(entries) > tip.entries:
        return Fault(tip.entries, f"it was added: the tip counts {tip.entries}")
    return None
