"""Pictures: a copy that shows the same and tells nothing else, and a hash by which near copies are found.

Only pixels are carried over: where and when it was taken, by which device, thumbnails, further pictures and
whatever stands behind the end of the file stay behind.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin

from barometer.errors import TooLarge, Unreadable

#: A 100-megapixel picture takes 400 MB while it is worked on.
PIXELS = 100_000_000
#: Of 64 bits; copies that were scaled or packed anew differ in fewer, other pictures in about half.
NEAR = 8
_KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


def clean_copy(data: bytes) -> tuple[bytes, str]:
    """The picture's pixels as a new file, upright, in sRGB, and its media type. Unreadable, TooLarge.

    A JPEG keeps its quality; of what moves the first picture is kept; other kinds become PNG.
    """
    with _opened(data) as image:
        kind = image.format if image.format in ("JPEG", "WEBP") else "PNG"
        packing = _packing(image, kind)
        try:
            pixels = _in_srgb(ImageOps.exif_transpose(image))
        except (OSError, ValueError, SyntaxError) as error:
            raise _unreadable(error) from None
        bare = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
        out = io.BytesIO()
        bare.save(out, kind, **packing)
        return out.getvalue(), _KINDS[kind]


def pixels(data: bytes) -> int:
    """How many pixels a picture says it has; none of them is unpacked. Unreadable, TooLarge."""
    with _opened(data) as image:
        return image.width * image.height


def dhash(data: bytes) -> int:
    """64 bits: in a picture of 9 × 8 greys, is each darker than its right neighbour? Unreadable, TooLarge."""
    with _opened(data) as image:
        try:
            small = ImageOps.exif_transpose(image).convert("RGBA")
            ground = Image.new("RGBA", small.size, "white")
            grey = Image.alpha_composite(ground, small).convert("L").resize((9, 8), Image.Resampling.LANCZOS)
        except (OSError, ValueError, SyntaxError) as error:
            raise _unreadable(error) from None
    values, bits = grey.tobytes(), 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (values[at] < values[at + 1])
    return bits


def near(one: int, other: int) -> bool:
    """Whether two hashes are of pictures that look the same."""
    return (one ^ other).bit_count() <= NEAR


def _opened(data: bytes) -> Image.Image:
    """The picture, its size checked before a pixel is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError:
        raise _too_large() from None
    except (OSError, ValueError, SyntaxError) as error:
        raise _unreadable(error) from None
    if image.width * image.height > PIXELS:
        image.close()
        raise _too_large()
    return image


def _packing(image: Image.Image, kind: str) -> dict[str, Any]:
    """How the copy is packed: a JPEG by the tables of the original."""
    if kind == "JPEG":
        sampling = JpegImagePlugin.get_sampling(image)
        if image.mode in ("L", "RGB"):
            tables = {"qtables": getattr(image, "quantization", None)}
            return tables if sampling == -1 else {**tables, "subsampling": sampling}
        return {"quality": 95}
    return {"quality": 95} if kind == "WEBP" else {"optimize": True}


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours as a screen shows them, so that the profile can go."""
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            screen = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(
                image, known, screen, outputMode="RGBA" if mode == "RGBA" else "RGB"
            )
            if turned is not None:
                return turned
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile tells nothing about colours
    return image.convert(mode)


def _unreadable(error: Exception) -> Unreadable:
    return Unreadable(f"the picture cannot be read: {error}", next_step="open it and save it anew")


def _too_large() -> TooLarge:
    return TooLarge(f"the picture has over {PIXELS:,} pixels", next_step="make a smaller copy")
