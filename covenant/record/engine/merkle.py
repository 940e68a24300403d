"""The tree over the entries: whoever holds its root can be shown what is in it, and that nothing left it."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

SIZE = 32  # bytes of a hash
EMPTY = hashlib.sha256().digest()  # the root of no entries

Nodes = Callable[
    [int, int], bytes
]  # (height, place) -> the hash over 2**height entries from place * 2**height


class WrongProof(ValueError):
    """A proof does not show what it should."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete(leaves: Sequence[bytes]) -> bytes:
    """The hash over a power of two of neighbouring hashes."""
    row = list(leaves)
    sha256 = hashlib.sha256
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return row[0]


def range_hash(nodes: Nodes, start: int, end: int) -> bytes:
    """The hash over the entries from `start` up to `end`, which are a subtree or the end of a tree."""
    if start == end:
        return EMPTY
    height = (end - start).bit_length() - 1
    if end - start == 1 << height:
        return nodes(height, start >> height)
    middle = start + (1 << height)
    return node_hash(nodes(height, start >> height), range_hash(nodes, middle, end))


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """What shows that an entry is in a tree: the hashes beside its way to the root, the lowest first.

    Parameters
    ----------
    nodes
        Gives the hash of any complete subtree.
    index
        Of the entry, from 0.
    size
        How many entries the tree has.

    Reference
    ---------
    RFC 6962, section 2.1.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no entry {index} among {size}")
    return _path(nodes, index, 0, size)


def _path(nodes: Nodes, index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(nodes, index, start, middle), range_hash(nodes, middle, end)]
    return [*_path(nodes, index, middle, end), range_hash(nodes, start, middle)]


def consistency_proof(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """What shows that a tree of `new` entries begins with the tree of its first `old` entries.

    Reference
    ---------
    RFC 6962, section 2.1.2.
    """
    if not 0 < old <= new:
        raise ValueError(f"{old} entries are not the beginning of {new}")
    return _beginning(nodes, old, 0, new, whole=True)


def _beginning(nodes: Nodes, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    if old == end:
        return [] if whole else [range_hash(nodes, start, end)]
    middle = start + _split(end - start)
    if old <= middle:
        return [
            *_beginning(nodes, old, start, middle, whole=whole),
            range_hash(nodes, middle, end),
        ]
    return [*_beginning(nodes, old, middle, end, whole=False), range_hash(nodes, start, middle)]


def _split(entries: int) -> int:
    """The largest power of two below a number of entries."""
    return 1 << ((entries - 1).bit_length() - 1)


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise `WrongProof` unless a proof shows that the entry with this hash is in the tree with this root."""
    if not 0 <= index < size:
        raise WrongProof(f"there is no entry {index} among {size}")
    _check_sizes(leaf, root, *proof)
    place, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            raise WrongProof("the proof is too long")
        if place & 1 or place == last:
            found = node_hash(beside, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        place, last = place >> 1, last >> 1
    if last:
        raise WrongProof("the proof is too short")
    if found != root:
        raise WrongProof("the proof leads to another root")


def check_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise `WrongProof` unless the tree with the new root begins with the one with the old root, unchanged.

    From no entries nothing can be shown, so `old` is at least 1.

    Reference
    ---------
    RFC 9162, on verifying consistency between two tree heads.
    """
    if not 0 < old <= new:
        raise WrongProof(f"{old} entries are not the beginning of {new}")
    if old == new:
        if proof or old_root != new_root:
            raise WrongProof("one number of entries has two roots, or a proof where none is needed")
        return
    check_subtree_consistency(0, old, new, proof, old_root, new_root)


def check_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], part_root: bytes, root: bytes
) -> None:
    """Raise `WrongProof` unless a tree of a size holds the entries from `start` up to `end` under this root.

    Reference
    ---------
    draft-ietf-plants-merkle-tree-certs, section 4.4.3.
    """
    if start == end <= size and not proof and part_root == EMPTY:
        return
    if not (_is_subtree(start, end) and end <= size):
        raise WrongProof(f"entries {start} up to {end} are no part of {size} that has a root of its own")
    if (start, end) == (0, size) and not proof and part_root == root:
        return
    _check_sizes(part_root, root, *proof)
    first, place, last, left = start, end - 1, size - 1, list(proof)
    while first != place and (place & 1 or place == last):
        first, place, last = first >> 1, place >> 1, last >> 1
    if first == place:
        was = now = part_root
    elif left:
        was = now = left.pop(0)
    else:
        raise WrongProof("the proof is too short")
    for beside in left:
        if last == 0:
            raise WrongProof("the proof is too long")
        if place & 1 or place == last:
            if first < place:
                was = node_hash(beside, was)
            now = node_hash(beside, now)
            while not place & 1 and place:
                first, place, last = first >> 1, place >> 1, last >> 1
        else:
            now = node_hash(now, beside)
        first, place, last = first >> 1, place >> 1, last >> 1
    if last:
        raise WrongProof("the proof is too short")
    if was != part_root or now != root:
        raise WrongProof("the proof leads to another root")


def check_subtree_inclusion(
    leaf: bytes, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise `WrongProof` unless an entry is in the subtree over the entries from `start` up to `end`."""
    if not (_is_subtree(start, end) and start <= index < end):
        raise WrongProof(f"entry {index} has no place in a subtree from {start} up to {end}")
    check_inclusion(leaf, index - start, end - start, proof, root)


def _is_subtree(start: int, end: int) -> bool:
    """Whether the entries from `start` up to `end` have a root of their own in every tree that holds them."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


def _check_sizes(*hashes: bytes) -> None:
    if any(len(each) != SIZE for each in hashes):
        raise WrongProof(f"a hash has {SIZE} bytes")


def in_memory(leaves: Iterable[bytes]) -> tuple[Nodes, int]:
    """The nodes of a tree whose leaves' hashes are all at hand, and how many they are."""
    rows = [list(leaves)]
    while len(rows[-1]) > 1:
        below = rows[-1]
        rows.append([node_hash(*below[i : i + 2]) for i in range(0, len(below) - 1, 2)])
    return lambda height, place: rows[height][place], len(rows[0])
