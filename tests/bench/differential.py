"""How far the two SHACL engines agree on random pairs of shapes and data.

Prints how many pairs were judged, how many have findings, which known deviations came up, and
every difference that none of them explains.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Compare the engines and return 1 when a difference is unexplained."""
    from tests.pairs import pair
    from tests.test_differential import compare

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=4000)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first pair")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    counts: Counter[str] = Counter()
    explained: Counter[str] = Counter()
    start = time.perf_counter()
    for seed in range(options.first, options.first + options.pairs):
        outcome = compare(pair(Random(seed)))
        counts["with findings"] += outcome.results > 0
        counts["findings"] += outcome.results
        counts["explained"] += bool(outcome.explained)
        explained.update(outcome.explained)
        if outcome.unexplained:
            counts["unexplained"] += 1
            print(f"seed {seed}: {outcome.unexplained}")
    print(f"differential: {options.pairs:,} pairs in {time.perf_counter() - start:.0f} s")
    for name in ("with findings", "findings", "explained", "unexplained"):
        print(f"  {counts[name]:>9,} {name}")
    for what, count in explained.most_common():
        print(f"  {count:>9,}   {what}")
    return 1 if counts["unexplained"] else 0


if __name__ == "__main__":
    sys.exit(main())
