"""``instructir restore``: a picture, standard input, a folder, an object store, or a video."""

import sys
from pathlib import Path

from instructir.cli import restore_file, restore_folder, restore_video
from instructir.cli.restore_options import STDIN, RestoreArguments

EXAMPLES = """Examples:

instructir restore photo.jpg "it's grainy and far too dark" -o better.jpg

instructir restore photo.jpg --compare both.png

instructir restore holiday "a touch too dark" -o clean --recursive
"""


def restore(options: RestoreArguments) -> None:
    """Restore what the instruction says: one picture, a folder of them, or a video."""
    # Names that are no Unicode are printed as the bytes that they are.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="surrogateescape")
    if "://" in options.source or (options.source != STDIN and Path(options.source).is_dir()):
        restore_folder.run(options)
        return
    options.refuse_those_of_folders()
    if restore_video.takes(Path(options.source)):
        restore_video.run(options)
    else:
        restore_file.run(options)
