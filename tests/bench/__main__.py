"""``python -m tests.bench [--quick] [--figure N]``: a line a figure; the exit status says whether all aims are met."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path

#: Which module measures which figures.
STAGES = {
    "wrong_tickets": ("1",),
    "issuing": ("2", "3", "4"),
    "fanout": ("5", "6"),
    "flatness": ("7",),
    "thrift": ("8",),
    "beside": ("9",),
}
RUNS, QUICK_RUNS = 5, 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} paired runs instead of {RUNS}")
    parser.add_argument("--figure", help="one figure, such as 3; 9 is slip and utterance")
    asked = parser.parse_args()
    is_met = True
    for name, numbers in STAGES.items():
        if asked.figure is None or asked.figure in numbers:
            is_met &= _stage(name, QUICK_RUNS if asked.quick else RUNS, asked.figure)
    return 0 if is_met else 1


def _stage(name: str, runs: int, figure: str | None) -> bool:
    begin_s = time.monotonic()
    module = importlib.import_module(f"tests.bench.{name}")
    with tempfile.TemporaryDirectory(prefix="luot-bench-") as folder:
        figures = module.measure(Path(folder), runs)
    shown = [item for item in figures if figure is None or item.number.startswith(figure)]
    for item in shown:
        print(item, flush=True)
    print(f"    ({name}: {time.monotonic() - begin_s:.0f} s)", file=sys.stderr, flush=True)
    return all(item.is_met for item in shown)


if __name__ == "__main__":
    sys.exit(main())
