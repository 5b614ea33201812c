"""Which files a result may replace: none that the command reads, and none of the user's own unasked."""

from pathlib import Path

from instructir.cli.restore_options import RestoreArguments
from instructir.cli.streams import STDIN
from instructir.errors import ImageFileError


def refuse_to_replace_inputs(options: RestoreArguments, target: Path) -> None:
    """Refuse an output or a comparison that would replace the input or the mask, or one the other.

    Raises:
        ImageFileError: if two of them are one file.
    """
    compare, mask = options.compare, options.settings.mask
    if compare is not None and (compare.absolute() == target.absolute() or _same(compare, target)):
        raise ImageFileError(f"{compare}: is the output as well; give --compare another name")
    if options.overwrite:
        return
    read = {} if options.source == STDIN else {"input itself": Path(options.source)}
    if isinstance(mask, str):
        read["mask"] = Path(mask)
    for what, path in read.items():
        if _same(path, target):
            raise ImageFileError(f"{target}: is the {what}; name another output or add --overwrite")
        if compare is not None and _same(path, compare):
            raise ImageFileError(f"{compare}: is the {what}; give --compare another name")


def refuse_to_replace_unnamed(options: RestoreArguments, target: Path) -> None:
    """Refuse an output whose name the user has not given where another's file is; our own results go.

    Raises:
        ImageFileError: if that is so.
    """
    from instructir.images import is_made_here

    is_named = options.output is not None and Path(options.output) == target
    if is_named or options.overwrite or not target.is_file() or is_made_here(target):
        return
    raise ImageFileError(
        f"{target}: is there already, and no result that says so of itself; name the output with -o, or add "
        "--overwrite to replace it"
    )


def _same(source: Path, target: Path) -> bool:
    return source.exists() and target.exists() and source.samefile(target)
