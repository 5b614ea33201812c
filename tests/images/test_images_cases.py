"""Cases from the field, each with its own check, from the command line; where INSTRUCTIR_CASES names them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(os.environ.get("INSTRUCTIR_CASES", "")) / "files"
FOLDERS = sorted(path.parent for path in CASES.glob("*/check.py")) if "INSTRUCTIR_CASES" in os.environ else []
PICTURES = [folder for folder in FOLDERS if not any(word in folder.name for word in ("video", "mpeg"))]


@pytest.mark.skipif(not PICTURES, reason="INSTRUCTIR_CASES does not name a folder with cases of files")
@pytest.mark.parametrize("case", PICTURES, ids=lambda folder: folder.name)
def test_case(tmp_path, program, case):
    place = tmp_path / case.name
    shutil.copytree(case, place)
    environment = os.environ | {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([sys.executable, "make.py"], cwd=place, env=environment, check=True)
    told = subprocess.run(
        [sys.executable, "check.py"], cwd=place, env=environment, check=False, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout
