"""``python -m instructir``."""

from instructir.cli import main

main()
