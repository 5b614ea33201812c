"""Measure the shipped model on every suite and write the numbers into the documents.

    python benchmarks/results.py --data SETS                    # everything
    python benchmarks/results.py --data SETS --suite local      # only what README and MODEL_CARD show

A suite whose sets are all missing is named and passed over. Finished pictures are kept in a journal beside
the results, so that the same command goes on after an interruption; with other weights all is measured anew.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from instructir.evaluation.suites import SUITES

ROOT = Path(__file__).parents[1]
NAMES = {"local": "lite"}
"""Files of results that are not called like their suite."""
NOTHING = 2
"""Exit status where a suite has none of its sets."""


def run(*arguments: str) -> int:
    """Run a command of ours, show it, and return its exit status."""
    print("$ instructir", *arguments, flush=True)
    return subprocess.run([sys.executable, "-m", "instructir", *arguments], cwd=ROOT, check=False).returncode


def main() -> int:
    """Measure, then render; 1 if anything went wrong but missing sets."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the benchmark sets")
    parser.add_argument("--suite", action="append", help="only this one; again for more")
    parser.add_argument("--repeats", default="10", help="draws of instructions in table4")
    arguments = parser.parse_args()
    data, journal = str(arguments.data.resolve()), str(ROOT / "benchmarks" / "results" / ".journal.jsonl")
    failed = 0
    for suite in arguments.suite or [*SUITES, "efficiency"]:
        file = ["--json", f"benchmarks/results/{NAMES.get(suite, suite)}.json"]
        draws = ["--repeats", arguments.repeats] if suite == "table4" else []
        places = [] if suite == "efficiency" else ["--data", data, "--resume", journal]
        status = run("evaluate", suite, *places, *file, *draws)
        failed |= status not in (0, NOTHING)
    documents = ["README.md", "MODEL_CARD.md", "docs/results.md"]
    failed |= run("evaluate", "document", *documents, "--results", "benchmarks/results") != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
