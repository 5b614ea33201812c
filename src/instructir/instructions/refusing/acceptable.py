"""Whether a text can be an instruction at all, which is found out before anything else is done with it."""

from instructir.errors import InstructionError

_MAX_LENGTH = 2000
"""Longest instruction in characters; encoders read far less."""


def checked(instruction: str) -> str:
    """Return the instruction with its white space folded.

    Raises:
        InstructionError: if it has no word, is far too long, or is not text.
    """
    if not isinstance(instruction, str):
        raise InstructionError(f"an instruction is text, not {type(instruction).__name__}: write a sentence")
    text = " ".join(instruction.split())
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InstructionError("the instruction is not UTF-8 text: write it in UTF-8")
    if not text:
        raise InstructionError('the instruction is empty: say what is wrong, such as "it is too dark"')
    if not any(character.isalnum() for character in text):
        raise InstructionError(f'"{text[:20]}" has no word: say what is wrong, such as "it is too dark"')
    if len(text) > _MAX_LENGTH:
        raise InstructionError(
            f"the instruction has {len(text)} characters: say what is wrong in at most {_MAX_LENGTH}"
        )
    return text
