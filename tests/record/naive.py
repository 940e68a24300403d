"""Plain, slow twins of the tree: the words of the RFCs as code, and two checks as careless people write."""

import hashlib


def tree_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word: the root over the hashes of entries."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = largest_power_below(len(leaves))
    return node_over(tree_root(leaves[:half]), tree_root(leaves[half:]))


def node_over(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def largest_power_below(n: int) -> int:
    power = 1
    while 2 * power < n:
        power *= 2
    return power


def tree_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, section 2.1.1: PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    half = largest_power_below(len(leaves))
    if m < half:
        return [*tree_path(m, leaves[:half]), tree_root(leaves[half:])]
    return [*tree_path(m - half, leaves[half:]), tree_root(leaves[:half])]


def tree_subproof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962, section 2.1.2: SUBPROOF(m, D[n], b); PROOF(m, D[n]) where b is true."""
    if m == len(leaves):
        return [] if whole else [tree_root(leaves)]
    half = largest_power_below(len(leaves))
    if m <= half:
        return [*tree_subproof(m, leaves[:half], whole), tree_root(leaves[half:])]
    return [*tree_subproof(m - half, leaves[half:], False), tree_root(leaves[:half])]


def careless_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2, as somebody writes it who looks at no lengths."""
    if index >= size:
        return False
    place, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_over(beside, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_over(found, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def careless_consistency(old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 9162, section 2.1.4.2, as somebody writes it for whom anything follows from nothing."""
    if old == new:
        return old_root == new_root and not proof
    if old == 0 or not proof:
        return old == 0 and not proof
    if old & (old - 1) == 0:
        proof = [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = proof[0]
    for beside in proof[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            was, now = node_over(beside, was), node_over(beside, now)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            now = node_over(now, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root
