"""Sound that a container cannot hold as it is, coded anew."""

from collections.abc import Iterator
from typing import Any

from instructir.jobs.video.library import library

_ENCODERS = {"mp3": "libmp3lame", "opus": "libopus", "vorbis": "libvorbis"}
"""For codecs whose encoder has another name."""

_RATE = 48000
_BITS_A_CHANNEL = 96_000


class Recoder:
    """Codes a track's sound as the container recommends.

    Attributes:
        stream: the new track.
    """

    def __init__(self, container: Any, source: Any) -> None:
        """Add the track to `container`.

        Raises:
            ValueError, OSError: if the container holds no sound, or the track cannot be decoded.
        """
        context = source.codec_context
        if context is None:
            raise ValueError("there is no decoder for the sound")
        name = container.default_audio_codec
        codec = library().codec.Codec(_ENCODERS.get(name, name), "w")
        rates = codec.audio_rates
        rate = context.sample_rate if not rates or context.sample_rate in rates else _RATE
        self.stream = container.add_stream(codec.name, rate=rate)
        # Few encoders take more than two channels in every layout.
        layout = "mono" if context.layout.nb_channels == 1 else "stereo"
        self.stream.codec_context.layout = layout
        self.stream.codec_context.bit_rate = _BITS_A_CHANNEL * (1 if layout == "mono" else 2)
        self._resampler: Any = None

    def packets(self, packet: Any) -> Iterator[Any]:
        """Packets of the new track for one of the old; none for its last to end it."""
        context = self.stream.codec_context
        if self._resampler is None:
            self._resampler = library().AudioResampler(
                context.format, context.layout, context.sample_rate, frame_size=context.frame_size or None
            )
        frames = packet.decode() if packet is not None else [None]
        for frame in frames:
            for piece in self._resampler.resample(frame):
                yield from self.stream.encode(piece)
        if packet is None:
            yield from self.stream.encode(None)
