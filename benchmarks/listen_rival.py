"""red-dwarf's side of one measurement, in its own environment: python listen_rival.py VOTES.npz TIMES"""

import sys
import time
import warnings

began = time.perf_counter()
import numpy as np  # noqa: E402
from reddwarf.implementations import base  # noqa: E402

imports = time.perf_counter() - began

from measured import peak, say, timed  # noqa: E402


def main(path: str, times: int) -> None:
    warnings.simplefilter("ignore")
    with np.load(path) as file:
        who, what, value, out = (file[name].tolist() for name in ("who", "what", "value", "out"))
    votes = [
        {"participant_id": i, "statement_id": j, "vote": v, "modified": k}
        for k, (i, j, v) in enumerate(zip(who, what, value, strict=True))
    ]
    n = max(who) + 1
    aside = [j for j, flag in enumerate(out) if flag]
    before = peak()

    def whole(seed: int = 0) -> base.PolisClusteringResult:
        return base.run_pipeline(votes=votes, mod_out_statement_ids=aside, random_state=seed)

    full, found = timed(whole, times)
    highest = peak()
    seeds = range(1, 5) if n < 5000 else ()
    labels = [_labels(each, n) for each in [found, *(whole(seed) for seed in seeds)]]
    base.run_clusterer = lambda **_: found.clusterer
    parts, _ = timed(whole, times)
    say(
        {
            "imports": imports,
            "full": full,
            "without_groups": parts,
            "before": before,
            "peak": highest,
            "labels": labels,
        }
    )


def _labels(found: base.PolisClusteringResult, n: int) -> list[int]:
    groups = found.participants_df["cluster_id"].reindex(range(n))
    return groups.fillna(-1).astype(int).tolist()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
