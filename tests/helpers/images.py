"""Files and profiles for the tests, made without the package under test."""

import io
import struct

import numpy as np
from PIL import Image

D50 = (0.9642, 1.0, 0.8249)
SRGB_TO_XYZ = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
ADOBE_TO_XYZ = np.array(
    [
        [0.6097559, 0.2052401, 0.1492240],
        [0.3111242, 0.6256560, 0.0632197],
        [0.0194811, 0.0608902, 0.7448387],
    ]
)
P3_TO_XYZ = np.array(
    [
        [0.5151187, 0.2919778, 0.1571035],
        [0.2411892, 0.6922441, 0.0665668],
        [-0.0010505, 0.0418791, 0.7840713],
    ]
)
SRGB_PARAMETERS = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def picture(height=40, width=56, channels=3, dtype=np.uint8, seed=0):
    """A smooth picture with some noise: the values of photographs, not of white noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        np.sin(x / (5.0 + i)) * 0.3 + np.cos(y / (7.0 + i)) * 0.15 + 0.5 + rng.normal(0, 0.02, x.shape)
        for i in range(channels)
    ]
    values = np.clip(np.stack(planes, axis=-1), 0, 1)
    if channels == 1:
        values = values[..., 0]
    if np.dtype(dtype).kind == "f":
        return values.astype(dtype)
    return np.rint(values * np.iinfo(dtype).max).astype(dtype)


def every_level(dtype=np.uint8, channels=3, seed=1):
    """All levels of every channel in a random arrangement, extremes together included."""
    rng = np.random.default_rng(seed)
    levels = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)
    planes = [rng.permutation(levels).reshape(-1, 16) for _ in range(channels)]
    array = np.stack(planes, axis=-1)
    array[0, :3] = np.eye(3, channels) * np.iinfo(dtype).max
    return array


def saved(array_or_image, kind, **options):
    image = array_or_image
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def opened(data):
    """Pillow's own reading of a file."""
    source = io.BytesIO(data) if isinstance(data, bytes) else io.BytesIO(data.read_bytes())
    image = Image.open(source)
    image.load()
    return image


def array_of(data):
    return np.asarray(opened(data))


def gamma_curve(gamma):
    return b"curv\0\0\0\0" + struct.pack(">LH", 1, round(gamma * 256))


def sampled_curve(samples):
    values = np.rint(np.clip(samples, 0, 1) * 65535).astype(">u2")
    return b"curv\0\0\0\0" + struct.pack(">L", len(values)) + values.tobytes()


def parametric_curve(kind, numbers):
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + b"".join(s15(n) for n in numbers)


def s15(number):
    return struct.pack(">i", round(number * 65536))


def xyz(values):
    return b"XYZ \0\0\0\0" + b"".join(s15(v) for v in values)


def profile(space, tags, *, pcs=b"XYZ ", kind=b"mntr"):
    """The bytes of an ICC version 2 profile."""
    text = b"text\0\0\0\0none\0"
    described = b"desc\0\0\0\0\0\0\0\x05test\0" + b"\0" * 80
    blocks = {b"wtpt": xyz(D50), b"desc": described, b"cprt": text}
    blocks |= tags
    offset = 128 + 4 + 12 * len(blocks)
    table, body = struct.pack(">L", len(blocks)), b""
    for name, data in blocks.items():
        data += b"\0" * (-len(data) % 4)
        table += struct.pack(">4sLL", name, offset + len(body), len(data))
        body += data
    header = struct.pack(">L4sL4s4s4s", 128 + len(table) + len(body), b"lcms", 0x02400000, kind, space, pcs)
    header += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    header += b"".join(s15(v) for v in D50)
    return header.ljust(128, b"\0") + table + body


def rgb_profile(matrix, curve):
    tags = {name + b"XYZ": xyz(matrix[:, i]) for i, name in enumerate((b"r", b"g", b"b"))}
    tags |= {name + b"TRC": curve for name in (b"r", b"g", b"b")}
    return profile(b"RGB ", tags)


def adobe_rgb():
    return rgb_profile(ADOBE_TO_XYZ, gamma_curve(563 / 256))


def display_p3():
    return rgb_profile(P3_TO_XYZ, parametric_curve(3, SRGB_PARAMETERS))


def srgb_sampled():
    """As the common "sRGB IEC61966-2.1" profile: a table of 1024 entries."""
    grid = np.linspace(0, 1, 1024)
    curve = np.where(grid > 0.04045, ((grid + 0.055) / 1.055) ** 2.4, grid / 12.92)
    return rgb_profile(SRGB_TO_XYZ, sampled_curve(curve))


def prophoto_sampled():
    matrix = np.array(
        [[0.7976749, 0.1351917, 0.0313534], [0.2880402, 0.7118741, 0.0000857], [0.0, 0.0, 0.8252100]]
    )
    return rgb_profile(matrix, sampled_curve(np.linspace(0, 1, 4096) ** 1.8))


def grey_profile(curve=None, pcs=b"XYZ "):
    return profile(b"GRAY", {b"kTRC": curve or gamma_curve(1.8)}, pcs=pcs)


def lut_profile(space=b"CMYK", channels=4):
    """A profile whose only way to the PCS is a lookup table of two points an axis: ink takes light away."""
    ramp = bytes(range(256))
    grid = np.stack(np.meshgrid(*[[0, 255]] * channels, indexing="ij"), -1).reshape(-1, channels)
    light = 255 - np.minimum(grid[:, :3] + (grid[:, 3:4] if channels == 4 else 0), 255)
    lightness = light.mean(axis=1)
    lab = np.stack([lightness, 128 + (light[:, 0] - lightness) / 4, 128 + (light[:, 1] - lightness) / 4], -1)
    head = b"mft1\0\0\0\0" + bytes([channels, 3, 2, 0]) + b"".join(s15(v) for v in np.eye(3).ravel())
    table = head + ramp * channels + np.rint(lab).astype(np.uint8).tobytes() + ramp * 3
    return profile(space, {b"A2B0": table}, pcs=b"Lab ", kind=b"prtr")


def png_chunk(kind, data):
    import zlib

    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png_with(data, *chunks):
    """A PNG file with further chunks after its header."""
    return data[:33] + b"".join(png_chunk(kind, body) for kind, body in chunks) + data[33:]


def png_chunks(data):
    position, found = 8, []
    while position < len(data):
        size, kind = struct.unpack_from(">L4s", data, position)
        found.append((kind, data[position + 8 : position + 8 + size]))
        position += 12 + size
    return found


MAKER_NOTE = b"Test\0maker note\0" + bytes(range(256))
XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    b' xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    b' tiff:Orientation="6" xmp:Rating="5"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def exif_block(orientation=1, order="<", size=(56, 40), thumbnail=None):
    """An EXIF block as a camera writes it, either byte order, with maker note, GPS and thumbnail."""
    entries = {
        0: [
            (0x010F, 2, b"Maker\0"),
            (0x0110, 2, b"Model X\0"),
            (0x0112, 3, [orientation]),
            (0x0132, 2, b"2024:05:06 07:08:09\0"),
            (0x8769, 4, [0]),
            (0x8825, 4, [0]),
        ],
        0x8769: [
            (0x829A, 5, [1, 250]),
            (0x9003, 2, b"2024:05:06 07:08:09\0"),
            (0x927C, 7, MAKER_NOTE),
            (0xA002, 4, [size[0]]),
            (0xA003, 4, [size[1]]),
        ],
        0x8825: [(1, 2, b"N\0"), (2, 5, [48, 1, 51, 1, 2999, 100])],
    }
    layout = {3: "H", 4: "L", 5: "L"}
    sizes = {key: 2 + 12 * len(items) + 4 for key, items in entries.items()}
    starts, position = {}, 8
    for key, items in entries.items():
        starts[key] = position
        extra = 0
        for _, kind, value in items:
            length = len(value) if kind in (2, 7) else len(value) * struct.calcsize(f"={layout[kind]}")
            extra += length + length % 2 if length > 4 else 0
        position += sizes[key] + extra
    end = position
    blob = bytearray(struct.pack(f"{order}2sHL", b"II" if order == "<" else b"MM", 42, 8))
    for key, items in entries.items():
        data_at = starts[key] + sizes[key]
        table, data = struct.pack(f"{order}H", len(items)), b""
        for tag, kind, value in items:
            if tag in starts:
                value = [starts[tag]]
            raw = (
                bytes(value) if kind in (2, 7) else struct.pack(f"{order}{len(value)}{layout[kind]}", *value)
            )
            count = len(value) // 2 if kind == 5 else len(value)
            table += struct.pack(f"{order}HHL", tag, kind, count)
            if len(raw) > 4:
                table += struct.pack(f"{order}L", data_at + len(data))
                data += raw + b"\0" * (len(raw) % 2)
            else:
                table += raw.ljust(4, b"\0")
        following = end if key == 0 and thumbnail else 0
        blob += table + struct.pack(f"{order}L", following) + data
    if thumbnail:
        blob += struct.pack(f"{order}H", 2)
        blob += struct.pack(f"{order}HHLL", 0x0201, 4, 1, end + 30)
        blob += struct.pack(f"{order}HHLL", 0x0202, 4, 1, len(thumbnail))
        blob += struct.pack(f"{order}L", 0) + thumbnail
    return bytes(blob)


def tiff(array, **options):
    """A TIFF file by tifffile."""
    import tifffile

    stream = io.BytesIO()
    tifffile.imwrite(stream, array, **options)
    return stream.getvalue()


def named(data, name):
    stream = io.BytesIO(data)
    stream.name = name
    return stream


def noted(photo, word):
    return any(word in note for note in photo.notes)
