"""Start-up: nothing heavy is imported before it is needed.

Measured in processor time, which other work on the machine does not stretch.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

HELP = ("-m", "instructir", "--help")
HEAVY = {"torch", "transformers", "numpy", "PIL", "huggingface_hub", "safetensors"}


def seconds(compiled: Path, *arguments: str) -> float:
    """Processor time of a Python process whose modules are compiled, into a folder of their own."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONDONTWRITEBYTECODE": ""}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def loaded(code: str) -> set[str]:
    probe = f"import sys; {code}; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    return {name.partition(".")[0] for name in out.stdout.split()}


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not HEAVY & loaded("import instructir")


def test_the_command_line_loads_nothing_heavy() -> None:
    assert not {"torch", "transformers", "numpy"} & loaded("import instructir.cli.commands")


@pytest.mark.skipif(os.name != "posix", reason="processor time of children is read the Unix way")
def test_help_costs_little_more_than_the_libraries_that_draw_it(tmp_path: Path) -> None:
    """Compared with what Typer and Rich cost here, so that the processor's speed is left out.

    One after the other, the least of some: other work on the machine fills its caches, for both alike. Where
    it does so nearly all the time, more are measured; what is too slow stays so however many there are.
    """
    pairs: list[tuple[float, float]] = []
    while len(pairs) < 40:
        libraries = seconds(tmp_path, "-c", "import typer, typer.rich_utils")
        pairs.append((libraries, seconds(tmp_path, *HELP)))
        libraries, ours = map(min, zip(*pairs, strict=True))
        if len(pairs) >= 5 and ours < 1.6 * libraries:
            return
    pytest.fail(f"help takes {ours:.2f} s, the libraries that draw it {libraries:.2f} s")
