"""Run every benchmark."""

from importlib import import_module

NAMES = ("listen", "ledger", "referee", "text", "record", "votes")

if __name__ == "__main__":
    for name in NAMES:
        import_module(f"benchmarks.{name}").main()
