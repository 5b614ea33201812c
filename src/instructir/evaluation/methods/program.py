"""Any external program as a baseline: it reads one file and writes another."""

import hashlib
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from instructir.data.pictures import decode_file
from instructir.errors import ConfigError, DataError
from instructir.evaluation.methods.method import Method

_TIMEOUT = 600
"""Seconds that a program may take for one picture."""


class ProgramRestore:
    """Runs a command a picture, on 8-bit PNG files, so what it sees is clamped and rounded."""

    def __init__(self, command: list[str], name: str) -> None:
        self.name = name
        self._command = command

    def __call__(self, images: Tensor, instruction: str) -> Tensor:
        """Restore `images`; a part ``{instruction}`` of the command is given the sentence."""
        return torch.stack([self._run(image, instruction) for image in images])

    def _run(self, image: Tensor, instruction: str) -> Tensor:
        from PIL import Image

        with tempfile.TemporaryDirectory(prefix="instructir-") as folder:
            source, output = Path(folder) / "input.png", Path(folder) / "output.png"
            stored = (image.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
            Image.fromarray(np.ascontiguousarray(stored)).save(source)
            words = {"{input}": str(source), "{output}": str(output), "{instruction}": instruction}
            self._call([_filled(part, words) for part in self._command])
            if not output.is_file():
                raise DataError(f"{self.name}: wrote no {{output}}")
            return torch.from_numpy(decode_file(output)).permute(2, 0, 1).float() / 255

    def _call(self, command: list[str]) -> None:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
        except subprocess.TimeoutExpired:
            raise DataError(f"{self.name}: took longer than {_TIMEOUT} s for one picture") from None
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1][:160]
            raise DataError(f"{self.name}: exit status {done.returncode} ({last})")


def program_method(command: str) -> Method:
    """A method that runs `command`, such as ``prog {input} {output}``; no shell is involved.

    Raises:
        ConfigError: if it does not name ``{input}`` and ``{output}``, or the program is not there.
    """
    try:
        parts = shlex.split(command)
    except ValueError as error:
        raise ConfigError(f"--baseline-cmd {command!r}: cannot be split into words ({error})") from None
    if not all(any(word in part for part in parts) for word in ("{input}", "{output}")):
        raise ConfigError(f"--baseline-cmd {command!r}: must name {{input}} and {{output}}")
    program = shutil.which(parts[0])
    if program is None:
        raise ConfigError(
            f"--baseline-cmd: no program {parts[0]!r} is found; install it or give its full path"
        )
    digest = hashlib.sha256(command.encode() + Path(program).read_bytes()).hexdigest()
    reads_text = "{instruction}" in command
    name = Path(parts[0]).name
    return Method(ProgramRestore(parts, name), digest, "baseline", reads_text=reads_text)


def _filled(part: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        part = part.replace(word, value)
    return part
