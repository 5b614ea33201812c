"""The command line: one thin module a command. This one loads none, so that it hears Ctrl-C meanwhile."""

import os
import sys
import warnings

from instructir.cli.interruption import interrupted, listen


def main() -> None:
    """Run the command line: exit status 2 is what the user can correct, 130 an interruption."""
    try:
        listen()
        # Beside other programs, threads that wait awake for the next layer cost many times what they win. It
        # must be said before torch is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        # Threads share the filters that decoding sets, so warnings of damaged files are kept out here too.
        warnings.filterwarnings("ignore", module=r"PIL\.")
        from instructir.cli.commands import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt as error:
        status = interrupted(error)
    sys.exit(status)
