"""Uploads: kinds by content, copies that tell nothing but what is seen, hashes that find near copies."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from datetime import UTC, datetime

import pypdfium2
import pytest
from docx import Document
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from barometer.errors import TooLarge, Unreadable
from barometer.evidence import images, uploads
from barometer.evidence.images import clean_copy, dhash, near
from barometer.evidence.uploads import archive, media_type_of, take
from barometer.evidence.wacz import faults

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


def drawing(seed=1, size=(320, 240)):
    """Rectangles at random places: a picture of its own for each seed."""
    chance = random.Random(seed)
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = chance.randrange(size[0] - 40), chance.randrange(size[1] - 40)
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.rectangle((x, y, x + chance.randrange(30, 150), y + chance.randrange(30, 120)), fill=colour)
    return image


def saved(image, kind="JPEG", **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def photograph():
    """A JPEG with a place, a device, a comment, a profile, an XMP packet and something behind its end."""
    exif = Image.Exif()
    exif[0x010F] = "Invented Camera"
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[2] = (43.0, 14.0, 0.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(
        drawing(),
        quality=91,
        exif=exif,
        comment=b"secret comment",
        icc_profile=profile,
        xmp=b"<x:xmpmeta>secret packet</x:xmpmeta>",
    )
    return data + b"secret tail"


def test_a_clean_copy_tells_nothing():
    data = photograph()
    for secret in (b"Invented Camera", b"secret comment", b"secret packet", b"secret tail", b"ICC_PROFILE"):
        assert secret in data
    copy, kind = clean_copy(data)
    assert kind == "image/jpeg"
    for secret in (b"Invented", b"secret", b"ICC_PROFILE", b"Exif", b"xmp"):
        assert secret not in copy
    with Image.open(io.BytesIO(copy)) as image:
        assert (len(image.getexif()), image.size) == (0, (240, 320))  # upright
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_clean_copy_keeps_the_quality():
    with (
        Image.open(io.BytesIO(photograph())) as before,
        Image.open(io.BytesIO(clean_copy(photograph())[0])) as after,
    ):
        assert after.quantization == before.quantization


def test_texts_of_a_png_go_and_pixels_stay():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "secret author")
    told.add_itxt("Place", "secret place")
    data = saved(drawing(), "PNG", pnginfo=told, dpi=(300, 300))
    copy, kind = clean_copy(data)
    assert (kind, b"secret" in data, b"secret" in copy) == ("image/png", True, False)
    with Image.open(io.BytesIO(copy)) as image:
        assert image.tobytes() == drawing().tobytes()
        assert image.info == {}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "GIF", "WEBP", "JPEG"])
def test_every_kind_gives_a_copy(mode, kind):
    try:
        data = saved(
            drawing().convert("L").convert(mode) if mode == "I;16" else drawing().convert(mode), kind
        )
    except (OSError, ValueError, KeyError):
        return  # there is no such file
    copy, media_type = clean_copy(data)
    with Image.open(io.BytesIO(copy)) as image:
        assert (image.size, Image.MIME[image.format]) == ((320, 240), media_type)


def test_near_copies_are_near_and_others_are_not():
    first = dhash(saved(drawing(), "PNG"))
    for copy in (
        saved(drawing(), quality=30),
        saved(drawing().resize((160, 120)), "PNG"),
        saved(drawing().convert("L"), "PNG"),
        clean_copy(saved(drawing()))[0],
    ):
        assert near(first, dhash(copy))
    assert not any(near(first, dhash(saved(drawing(seed), "PNG"))) for seed in range(2, 60))


def test_a_hash_by_hand():
    """Columns grow brighter, then darker: four ones, four zeros in each row."""
    ramp = Image.new("L", (9, 8))
    ramp.putdata([min(x, 8 - x) * 50 for _ in range(8) for x in range(9)])
    assert dhash(saved(ramp, "PNG")) == int("11110000" * 8, 2)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", saved(drawing())[:2000]])
def test_what_is_no_whole_picture_is_refused(data):
    for look in (clean_copy, dhash):
        with pytest.raises(Unreadable):
            look(data)


def test_a_picture_that_would_fill_memory_is_refused(monkeypatch):
    monkeypatch.setattr(images, "PIXELS", 320 * 240 - 1)
    with pytest.raises(TooLarge):
        clean_copy(saved(drawing()))
    bomb = bytearray(saved(Image.new("1", (8, 8)), "PNG"))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises((TooLarge, Unreadable)):
        dhash(bytes(bomb))


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        for name, data in parts.items():
            whole.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def word():
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "application/octet-stream"),
        (b"\x00\x01\x02", "application/octet-stream"),
        ("Хабарлама".encode(), "text/plain"),
        ("Хабарлама".encode()[:-1], "text/plain"),
        (b"BM is a word too", "text/plain"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><p>", "text/html"),
        (b"<!-- c --><HTML>", "text/html"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<!--x--><svg onload='x()'>", "image/svg+xml"),
        (b"<!--x-->" * 240 + b"<b>", "text/plain"),  # read once, not in 2**240 ways
        (b"<?xml version='1.0'?><rss/>", "application/xml"),
        (b"WARC/1.1\r\nWARC-Type: warcinfo", "application/warc"),
        (saved(drawing()), "image/jpeg"),
        (saved(drawing(), "PNG"), "image/png"),
        (saved(drawing(), "GIF"), "image/gif"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            zipped(**{"[Content_Types].xml": b"", "xl__workbook.xml": b""}),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (zipped(a=b""), "application/zip"),
        (zipped(**{"datapackage.json": b"{}", "archive__a.warc.gz": b""}), "application/wacz"),
        (b"PK\x03\x04 and no more", "application/zip"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # a ZIP's bytes hold the time of the run
)
def test_kinds_are_told_by_content(data, kind):
    assert media_type_of(data) == kind


def test_the_original_is_untouched_and_the_copy_is_another():
    data = photograph()
    upload = take(data, "C:\\photos\\IMG\u202e_0001.jpg")
    assert upload.data == data
    assert upload.digest.sha256 == hashlib.sha256(data).hexdigest()
    assert (upload.name, upload.media_type, upload.notes) == ("IMG_0001.jpg", "image/jpeg", ())
    assert upload.clean == clean_copy(data)[0]
    assert upload.dhash == dhash(data)


def test_a_file_on_disk_is_taken_the_same_way(tmp_path):
    (tmp_path / "note.txt").write_text("A call")
    assert take(tmp_path / "note.txt", "note.txt") == take(b"A call", "note.txt")
    with pytest.raises(Unreadable):
        take(tmp_path / "absent", "absent")


def test_svg_and_html_get_no_copy():
    for data in (b"<svg/>", b"<html>"):
        upload = take(data, "x")
        assert (upload.clean, upload.dhash, upload.notes) == (None, None, ())


def test_a_broken_picture_is_kept_with_a_note():
    upload = take(saved(drawing())[:2000], "half.jpg")
    assert upload.clean is None
    assert upload.notes[0].startswith("no copy without metadata: the picture cannot be read")


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 10)
    with pytest.raises(TooLarge):
        take(b"x" * 11, "x")
    assert take(b"x" * 10, "x").digest.size == 10


def a_pdf(pages=2):
    out = io.BytesIO()
    drawing(1, (600, 800)).save(
        out,
        "PDF",
        save_all=True,
        append_images=[drawing(at, (600, 800)) for at in range(2, pages + 1)],
        author="secret author",
        title="secret title",
        resolution=72,
    )
    return out.getvalue()


def test_a_pdf_is_copied_as_what_is_seen():
    upload = take(a_pdf(), "letter.pdf")
    assert upload.clean_media_type == "application/pdf"
    with pypdfium2.PdfDocument(upload.data) as before, pypdfium2.PdfDocument(upload.clean) as after:
        assert before.get_metadata_value("Author") == "secret author"
        assert after.get_metadata_value("Author") == after.get_metadata_value("Title") == ""
        sizes = [[round(side) for page in whole for side in page.get_size()] for whole in (before, after)]
        assert sizes == [[600, 800, 600, 800]] * 2
        for old, new in zip(before, after, strict=True):
            old, new = (saved(page.render(scale=1).to_pil().convert("RGB"), "PNG") for page in (old, new))
            assert near(dhash(old), dhash(new))
    assert b"secret" not in upload.clean
    assert take(a_pdf(), "letter.pdf").clean == upload.clean


def test_a_pdf_that_is_too_long_or_broken_is_kept_with_a_note(monkeypatch):
    monkeypatch.setattr(uploads, "PAGES", 1)
    with pytest.raises(TooLarge, match="2 pages, over 1"):
        uploads.copied((a_pdf(), "application/pdf"))
    assert take(b"%PDF-1.7\n%\xe2\xe3 broken", "b.pdf").notes[0].startswith("no copy without metadata")


def test_an_upload_becomes_an_archive_that_viewers_open():
    upload = take(photograph(), "photo.jpg")
    wacz = archive(upload, at=AT)
    assert faults(wacz) == []
    with zipfile.ZipFile(io.BytesIO(wacz)) as whole:
        assert f"urn:sha256:{upload.digest.sha256}".encode() in whole.read("pages/pages.jsonl")
