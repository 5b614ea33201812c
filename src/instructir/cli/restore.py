"""``instructir restore``: a picture, standard input, a folder, an object store, or a video."""

import shlex
import sys
from pathlib import Path

from instructir.cli import restore_file, restore_folder, restore_video
from instructir.cli.names import is_there
from instructir.cli.restore_options import RestoreArguments
from instructir.cli.streams import STDIN
from instructir.errors import ConfigError

EXAMPLES = """Examples:

instructir restore photo.jpg "it's grainy and far too dark" -o better.jpg

instructir restore photo.jpg --compare both.png

instructir restore photo.jpg "sharpen it" --variants 0.5,1,"make it crisp",ours,NAFNet.pth -o sheet.jpg

instructir restore holiday "a touch too dark" -o clean --recursive
"""


def restore(options: RestoreArguments) -> None:
    """Restore what the instruction says: one picture, a folder of them, or a video."""
    # Names that are no Unicode are printed as the bytes that they are.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="surrogateescape")
    _refuse_swapped(options.source, options.instruction)
    if options.suffix is not None and any(character in options.suffix for character in "/\\\0"):
        raise ConfigError(f"suffix {options.suffix!r} is no part of a file name: leave slashes out")
    if "://" in options.source and _names_file(options.source):
        raise ConfigError(
            f"{options.source} is one file, and URLs are those of folders: name its folder, or download it"
        )
    single = "://" not in options.source and (options.source == STDIN or not Path(options.source).is_dir())
    _refuse_streams(options, single=single)
    if options.variants is not None and (not single or restore_video.takes(options.source)):
        raise ConfigError(f"--variants is for one picture, and {options.source} is none: leave it out")
    if options.variants is not None and options.compare is not None:
        raise ConfigError("--variants shows the picture before as well: leave --compare out")
    if not single:
        restore_folder.run(options)
        return
    options.refuse_those_of_folders()
    if restore_video.takes(options.source):
        restore_video.run(options)
    else:
        restore_file.run(options)


def _refuse_streams(options: RestoreArguments, *, single: bool) -> None:
    """Refuse what cannot be read at will, or written whole or not at all, before anything opens it.

    Raises:
        InstructIRError: if the input is a device or a pipe, or the output one, standard output, or called a
            folder that is not there.
    """
    from instructir.images import refuse_pipe

    if options.source != STDIN and "://" not in options.source:
        refuse_pipe(options.source)
    compare = None if options.compare is None else str(options.compare)
    for output in (given for given in (options.output, compare) if given):
        if output == STDIN:
            raise ConfigError("-: results are not written to standard output; name a file")
        if output.endswith("/") and "://" not in output and single and not Path(output).is_dir():
            raise ConfigError(f"{output}: there is no such folder; create it, or leave the slash out")
        if Path(output).exists() and not (Path(output).is_file() or Path(output).is_dir()):
            raise ConfigError(f"{output}: is a device or a pipe; name a file (--dry-run writes none)")


def _refuse_swapped(source: str, instruction: str | None) -> None:
    """Refuse a sentence and a file in each other's place."""
    if source == STDIN or "://" in source or not instruction or is_there(source):
        return
    if is_there(instruction):
        right = f'instructir restore {shlex.quote(instruction)} "{source}"'
        raise ConfigError(f"the file comes first, then the sentence: {right}")


def _names_file(url: str) -> bool:
    """Whether a URL is that of a picture or a video, by its suffix."""
    from instructir.images import READABLE
    from instructir.jobs.video import VIDEO_SUFFIXES

    return not url.endswith("/") and Path(url).suffix.lower() in READABLE | VIDEO_SUFFIXES
