"""The rival's side: pymerkle, with its own environment. It prints the root over the same entries."""

import sys

from measured import say, timed
from pymerkle import InmemoryTree

size = int(sys.argv[1])
data = [f"entry {number}".encode() for number in range(size)]


def build() -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for each in data:
        tree.append_entry(each)
    return tree


took, tree = timed(build, 3)
root = tree.get_state()
wanted = range(0, size, max(1, size // 2000))


def prove() -> None:
    for index in wanted:
        tree.prove_inclusion(index + 1, size)


proofs, _none = timed(prove, 1)
say({"append": took["cpu"], "proof": proofs["cpu"], "proofs": len(wanted), "root": root.hex()})
