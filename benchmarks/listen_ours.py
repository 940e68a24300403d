"""Our side of one measurement: python -m benchmarks.listen_ours VOTES.npz TIMES"""

import sys
import time

began = time.perf_counter()
import numpy as np  # noqa: E402

from covenant.listen.engine import opinion  # noqa: E402
from covenant.listen.types import Votes  # noqa: E402

imports = time.perf_counter() - began

from benchmarks.measured import peak, say, timed  # noqa: E402


def main(path: str, times: int) -> None:
    with np.load(path) as file:
        who, what, value, out = (file[name] for name in ("who", "what", "value", "out"))
    n, m = int(who.max()) + 1, int(what.max()) + 1

    def whole(seed: int = 0) -> opinion.OpinionMap:
        votes = Votes.of(who, what, value, n_participants=n, n_statements=m)
        return opinion.opinion_map(votes, rng=np.random.default_rng(seed), out=out[:m])

    compiled = time.perf_counter()
    small = Votes.of([0, 0, 1, 1], [0, 1, 0, 1], [1, 1, -1, 1], n_participants=2, n_statements=2)
    opinion.opinion_map(small, rng=np.random.default_rng(0))
    wide = Votes.of(
        np.arange(600) // 300, np.arange(600) % 300, np.ones(600), n_participants=2, n_statements=300
    )
    opinion.opinion_map(wide, rng=np.random.default_rng(0))
    compiled = time.perf_counter() - compiled
    before = peak()
    full, found = timed(whole, times)
    highest = peak()
    labels = (
        [whole(seed).groups.labels.tolist() for seed in range(10)]
        if n < 5000
        else [found.groups.labels.tolist()]
    )
    opinion.groups = lambda *_: found.groups
    parts, _ = timed(whole, times)
    say(
        {
            "imports": imports,
            "compilation": compiled,
            "full": full,
            "without_groups": parts,
            "before": before,
            "peak": highest,
            "labels": labels,
        }
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
