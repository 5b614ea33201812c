"""How a restored video is coded: as its source where there is an encoder, else as its players know."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from instructir.jobs.video.clip import Clip
from instructir.jobs.video.coding import Coding
from instructir.jobs.video.gif import TIME_BASE
from instructir.jobs.video.hdr import options_of
from instructir.jobs.video.library import library
from instructir.jobs.video.pixels import depth, has_alpha, usual_matrix

_DEFAULT_QUALITY = 68
"""Constant rate factor 16 for H.264: what the restoration brought out is not coded away again."""

_ENCODERS = {
    "h264": "libx264",
    "hevc": "libx265",
    "vp8": "libvpx-vp9",
    "vp9": "libvpx-vp9",
    "av1": "libsvtav1",
    "libdav1d": "libsvtav1",
    "mpeg1video": "mpeg1video",
    "mpeg2video": "mpeg2video",
    "mjpeg": "mjpeg",
    "prores": "prores_ks",
    "dnxhd": "dnxhd",
    "ffv1": "ffv1",
    "huffyuv": "huffyuv",
    "ffvhuff": "ffvhuff",
    "utvideo": "utvideo",
    "magicyuv": "magicyuv",
    "png": "png",
    "qtrle": "qtrle",
    "gif": "gif",
}
"""By the source's codec."""

_ONLY = {
    ".webm": ("libvpx-vp9", "libsvtav1"),
    ".mpg": ("mpeg2video", "mpeg1video"),
    ".mpeg": ("mpeg2video", "mpeg1video"),
    ".vob": ("mpeg2video",),
    ".wmv": ("wmv2",),
    ".asf": ("wmv2",),
    ".gif": ("gif",),
}
"""What players of a container know, the first by preference; FFmpeg would write more into some of them."""

_WITH_ALPHA = {
    ".mov": ("prores_ks", "png"),
    ".mkv": ("ffv1",),
    ".avi": ("ffv1",),
    ".webm": ("libvpx-vp9",),
}
"""Where the source's own codec is none that is written, for frames with transparency."""

_RATE_FACTORS = {"libx264": 51, "libx264rgb": 51, "libx265": 51, "libvpx-vp9": 63, "libsvtav1": 63}
"""The worst."""

_BY_SCALE = frozenset({"mpeg1video", "mpeg2video", "mjpeg", "wmv2"})
"""Encoders whose quality is a quantiser's scale, 1 to 31."""

_MPEG_RATES = [
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1))
]

_INTERLACING = frozenset({"libx264", "mpeg2video", "prores_ks"})
"""Encoders that can say that a frame is woven of two fields."""


def codings(clip: Clip, like: Any, quality: int | None, suffix: str) -> Iterator[Coding]:
    """Ways to code a video, the best first; which of them work is to be tried.

    Args:
        clip: the source.
        like: its first frame.
        quality: 1 to 100, None for the default.
        suffix: of the output's name, in lower case.
    """
    found = [
        (encoder, pixel_format)
        for encoder, is_own in _encoders(clip, like, suffix)
        for pixel_format in _pixel_formats(encoder, like, is_own=is_own)
    ]
    found.sort(key=lambda pair: _losses(like.format, library().VideoFormat(pair[1])))
    return (_coding(clip, like, quality, *pair) for pair in found)


def add_encoder(output: Any, coding: Coding) -> Any:
    """Add a video stream to PyAV's container `output` that is coded as `coding` says."""
    # A GIF's colours are chosen in the end, so that its segments are without loss.
    encoder = "ffv1" if coding.encoder == "gif" else coding.encoder
    stream = output.add_stream(encoder, rate=coding.rate, options=dict(coding.options))
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = coding.width, coding.height, coding.pixel_format
    context.time_base = coding.time_base
    context.sample_aspect_ratio = coding.aspect
    # Without frames that refer to later ones, decoding order is showing order, and segments can be joined.
    context.max_b_frames = 0
    context.colorspace, context.color_range = coding.matrix, coding.range
    context.color_primaries, context.color_trc = coding.primaries, coding.transfer
    if coding.interlaced:
        flags = library().codec.context.Flags
        context.flags |= flags.interlaced_dct | flags.interlaced_me
    return stream


def _losses(before: Any, after: Any) -> tuple[bool, bool]:
    """Whether transparency is lost, and depth to what shows as bands."""
    return has_alpha(before) and not has_alpha(after), depth(before) > 8 >= depth(after)


def _encoders(clip: Clip, like: Any, suffix: str) -> Iterator[tuple[str, bool]]:
    """Names of encoders, each with whether it is the source's own."""
    only = _ONLY.get(suffix)
    own = _ENCODERS.get(clip.stream.codec_context.name)
    if own == "libx264" and like.format.is_rgb:
        own = "libx264rgb"
    names = [own] if own is not None and (only is None or own in only) else []
    if has_alpha(like.format):
        names += _WITH_ALPHA.get(suffix, ())
    names += only or ("libx264", "libvpx-vp9", "mpeg2video")
    for name in dict.fromkeys(names):
        yield name, name == own


def _pixel_formats(encoder: str, like: Any, *, is_own: bool) -> Iterator[str]:
    """The source's own if the encoder takes it, else the nearest; then those without halved chroma."""
    if encoder == "gif":
        return iter(["bgra"])
    offered = [form.name for form in library().codec.Codec(encoder, "w").video_formats or ()]
    deep = depth(like.format) > 8
    names = [like.format.name, "yuv420p10le" if deep else "yuv420p", "yuv420p"]
    best, _ = library().codec.codec.find_best_pix_fmt_of_list(
        offered, like.format.name, has_alpha(like.format)
    )
    transparent = has_alpha(like.format) and has_alpha(best)
    if is_own or transparent or "yuv420p" not in offered:
        names.insert(1, best.name)
    # Frames of odd size have no half.
    names += ["yuv444p10le", "yuv444p"] if deep else ["yuv444p"]
    return (name for name in dict.fromkeys(names) if name in offered)


def _coding(clip: Clip, like: Any, quality: int | None, encoder: str, pixel_format: str) -> Coding:
    rate, time_base = clip.rate, Fraction(clip.stream.time_base)
    if encoder in ("mpeg1video", "mpeg2video"):
        rate = next((known for known in _MPEG_RATES if known >= rate), _MPEG_RATES[-1])
    if encoder in _BY_SCALE - {"mjpeg"}:
        time_base = 1 / rate
    if encoder == "gif":
        time_base = TIME_BASE
    interlaced = bool(like.interlaced_frame) and encoder in _INTERLACING
    return Coding(
        encoder=encoder,
        pixel_format=pixel_format,
        width=like.width,
        height=like.height,
        rate=rate,
        time_base=time_base,
        aspect=Fraction(clip.stream.sample_aspect_ratio or 1),
        **_colours(like, pixel_format),
        options=tuple(_options(encoder, pixel_format, quality, like).items()),
        interlaced=interlaced,
        container=_container(encoder, pixel_format),
    )


def _colours(like: Any, pixel_format: str) -> dict[str, int]:
    """How colours are described: as the source does, unless pixels change between RGB and a matrix."""
    coded_rgb = library().VideoFormat(pixel_format).is_rgb
    matrix, extent = int(like.colorspace), int(like.color_range)
    if coded_rgb:
        matrix, extent = 0, 2
    elif like.format.is_rgb or like.format.has_palette or matrix == 0:
        matrix, extent = usual_matrix(like.height), 1
    if pixel_format.startswith("yuvj"):
        extent = 2
    return {
        "matrix": matrix,
        "range": extent,
        "primaries": int(like.color_primaries),
        "transfer": int(like.color_trc),
    }


def _container(encoder: str, pixel_format: str) -> str:
    """What holds a codec's packets, with exact times where any does."""
    if encoder == "libvpx-vp9" and has_alpha(library().VideoFormat(pixel_format)):
        return "matroska"
    return "mov" if encoder in ("prores_ks", "dnxhd", "qtrle") else "nut"


def _options(encoder: str, pixel_format: str, quality: int | None, like: Any) -> dict[str, str]:
    fraction = (_DEFAULT_QUALITY if quality is None else quality) / 100
    options = {}
    if encoder in _RATE_FACTORS:
        options["crf"] = str(round(_RATE_FACTORS[encoder] * (1 - fraction)))
    elif encoder in _BY_SCALE:
        scale = max(2, round(1 + 30 * (1 - fraction) ** 3))
        options |= {"flags": "+qscale", "global_quality": str(118 * scale)}
    if encoder == "dnxhd":
        options["profile"] = (
            "dnxhr_444"
            if "444" in pixel_format or "gbr" in pixel_format
            else ("dnxhr_hqx" if "10" in pixel_format else "dnxhr_hq")
        )
    if encoder == "libvpx-vp9":
        options["b"] = "0"
    options |= options_of(encoder, like)
    if encoder == "libx265":
        options["x265-params"] = ":".join(filter(None, ["log-level=error", options.get("x265-params", "")]))
    return options
