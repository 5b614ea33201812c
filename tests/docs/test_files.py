"""The table of formats in the documents is what the codecs say."""

from pathlib import Path

from instructir.images.codecs import CODECS

DOCUMENT = Path(__file__).parents[2] / "docs" / "files.md"
STATED = {"icc": "ICC profile", "cicp": "code points", "parameters": "numbers"}


def table():
    lines = ["| format | names | bits a sample | transparency | greyscale | colours stated by |"]
    lines += ["|---|---|---|---|---|---|"]
    for codec in CODECS:
        if codec.holds is None:
            continue
        holds = codec.holds
        bits = "float" if holds.depth == 32 else str(holds.bits or holds.depth)
        grey = {0: "as RGB", 1: "yes" if not holds.alpha else "without transparency", 2: "yes"}[holds.grey]
        stated = ", ".join(STATED[way] for way in holds.states) or "nothing (sRGB)"
        cells = [
            codec.name,
            " ".join(codec.suffixes),
            bits,
            "yes" if holds.alpha else "over white",
            grey,
            stated,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def test_the_table_of_formats_is_true():
    told = DOCUMENT.read_text().split("<!-- formats -->")[1].split("<!-- /formats -->")[0].strip()
    assert told == table()
