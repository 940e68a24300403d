"""What an analyst would write instead: pandas, wide to long, into SQLite. Runs in the rivals' environment."""

import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
from measured import peak


def main(path: str) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    wide = pd.read_csv(path)
    long = wide.melt(["ecode", "ons_code", "local_authority", "class", "year"], var_name="line").dropna(
        subset=["value"]
    )
    long["pence"] = (long["value"] * 100_000).round().astype("int64")
    with (
        tempfile.TemporaryDirectory() as folder,
        sqlite3.connect(Path(folder) / "ledger.sqlite3") as database,
    ):
        long.to_sql("line", database, index=False)
        database.commit()
        found = {
            "wall": time.perf_counter() - wall,
            "processor": time.process_time() - processor,
            "lines": len(long),
            "peak": peak(),
            "version": pd.__version__,
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
