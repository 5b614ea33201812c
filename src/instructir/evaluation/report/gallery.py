"""One picture in the report: a slider over three versions, and the same crop of all of them side by side."""

from html import escape

from instructir.evaluation.report.pictures import CROP, data_uri, telling_crop
from instructir.evaluation.report.samples import Sample, Shown

MODES = (("io", "input | restored"), ("or", "restored | reference"), ("ir", "input | reference"))
"""Which two versions the slider divides: the left one and the right one."""


def card(sample: Sample, protocol: str) -> str:
    """The picture as HTML, with its instruction, scores and protocol below."""
    layers = {"input": sample.before, "output": sample.outputs[0], "reference": sample.reference}
    images = "".join(_layer(name, shown, sample.image) for name, shown in layers.items())
    choices = "".join(_button(mode, title) for mode, title in MODES)
    words = f"“{escape(sample.instruction)}”" if sample.instruction else "no instruction is read"
    return (
        f'<figure class="sample"><h3>{escape(sample.rank.capitalize())}: {escape(sample.image)}</h3>'
        f'<div class="compare" data-mode="io">{images}'
        '<input type="range" min="0" max="100" value="50" aria-label="Where the two versions meet"></div>'
        f'<div class="choices">{choices}</div>'
        f"<figcaption>{words}<br>{_scores(sample.before)} → <b>{_scores(sample.outputs[0])}</b>, "
        f"{escape(sample.outputs[0].name)}, protocol {escape(protocol)}</figcaption>{_crops(sample)}</figure>"
    )


def _button(mode: str, title: str) -> str:
    pressed = "true" if mode == MODES[0][0] else "false"
    return f'<button type="button" data-mode="{mode}" aria-pressed="{pressed}">{title}</button>'


def _layer(name: str, shown: Shown, image: str) -> str:
    height, width = shown.pixels.shape[1:]
    described, size = escape(f"{shown.name} of {image}"), f'width="{width}" height="{height}"'
    return f'<img class="{name}" src="{data_uri(shown.pixels)}" alt="{described}" {size}>'


def _crops(sample: Sample) -> str:
    window = telling_crop(sample.reference.pixels)
    versions = (sample.before, *sample.outputs, sample.reference)
    return f'<div class="crops">{"".join(_crop(shown, *window) for shown in versions)}</div>'


def _crop(shown: Shown, rows: slice, columns: slice) -> str:
    name, source = escape(shown.name), data_uri(shown.pixels[:, rows, columns], lossless=True)
    picture = f'<img class="crop" src="{source}" alt="Crop: {name}" width="{CROP}" height="{CROP}">'
    return f"<div>{picture}<span>{name}<br>{_scores(shown)}</span></div>"


def _scores(shown: Shown) -> str:
    if "psnr" not in shown.scores:
        return ""
    return f"{shown.scores['psnr']:.2f} dB / {shown.scores['ssim']:.3f}"
