"""Run every shape example with both engines; the tests run one in four with the second."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def main() -> None:
    """Compare the engines on every example and print how many agreed."""
    sys.path.insert(0, str(ROOT))
    from tests import test_shapes as examples

    wrong = []
    for path in examples.FILES:
        expected = examples.expected_results(path)
        for engine in ("shacl", "pyshacl"):
            if examples.found_results(path, engine) != expected:
                wrong.append(f"{path} with {engine}")
    print(f"shape examples: {len(examples.FILES)} files, 2 engines, {len(wrong)} differences")
    for line in wrong:
        print(f"  {line}")
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
