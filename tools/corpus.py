"""The corpus: ``python tools/corpus.py make`` writes its generated lists anew, ``check`` looks for faults.

A check names repeated lines, lines that a held-out list already has, and doubtful labels; its exit status
is 1 where there are any but the last.
"""

import sys

from instructir.instructions.corpus.checking import print_complaints
from instructir.instructions.corpus.grammar import write_generated


def main() -> int:
    """Do what the command line says."""
    if sys.argv[1:] == ["make"]:
        write_generated()
        return 0
    if sys.argv[1:] == ["check"]:
        return print_complaints()
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
