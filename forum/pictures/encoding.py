"""Uploaded bytes to clean WebP: whatever hides in the file (place, camera, scripts, a second file) does not get out."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from core.errors import Invalid, TooMany
from core.i18n import _

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LARGE, THUMB, PORTRAIT = 1600, 480, 192  # pixels of the longer side; a portrait is a square
QUALITY = 82
MOST_WEBP_PIXELS = 20_000_000  # its decoder holds every picture four times: 40 megapixels took 750 MB
PATIENCE = 20  # seconds to wait for a turn
IN_LINE = 3  # who waits has a thread of the web server's few; one member with ten pictures must not have them all
ENDINGS = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif", "pjpeg"),
    "PNG": ("png", "apng"),
    "WEBP": ("webp",),
    "GIF": ("gif",),
    "AVIF": ("avif",),
}
NOT_PICTURES = (b"<script", b"<svg", b"<html", b"<!doctype", b"<?php", b"<iframe", b"<body", b"%pdf-")
OPAQUE = ("RGB", "L", "CMYK")  # modes that shrink without a copy
ZIP_END = b"PK\x05\x06"

# Pillow's own guard only warns; `_opened` asks for the size before anything is decoded.
Image.MAX_IMAGE_PIXELS = None
_line = threading.Semaphore(IN_LINE)
_turn = threading.Semaphore(1)  # 40 megapixels take 200 MB while they are decoded, transparent ones 450


@dataclass(frozen=True)
class Encoded:
    """`files` by size name; width and height in pixels of the largest."""

    files: dict[str, bytes]
    width: int
    height: int


def encode(content: bytes, filename: str = "") -> Encoded:
    """A picture for posts, in two sizes. Invalid with a sentence for everything that is not one."""
    with _picture(content, filename) as picture:
        picture.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
        width, height = picture.size
        large = _webp(picture)
        picture.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS)
        return Encoded({"large": large, "thumb": _webp(picture)}, width, height)


def encode_portrait(content: bytes, filename: str = "") -> Encoded:
    """A member's face: the middle of the picture, square."""
    with _picture(content, filename) as picture:
        square = ImageOps.fit(picture, (PORTRAIT, PORTRAIT), Image.Resampling.LANCZOS)
        return Encoded({"portrait": _webp(square)}, PORTRAIT, PORTRAIT)


@contextmanager
def _picture(content: bytes, filename: str) -> Iterator[Image.Image]:
    """The decoded picture, upright, in sRGB."""
    _check_bytes(content)
    if not _take_turn():
        raise TooMany(PATIENCE, _("Many pictures are arriving right now. Please try again in a moment."))
    try:
        yield _decoded(content, filename)
    finally:
        _turn.release()


def _take_turn() -> bool:
    if _turn.acquire(blocking=False):
        return True
    if not _line.acquire(blocking=False):
        return False
    try:
        return _turn.acquire(timeout=PATIENCE)
    finally:
        _line.release()


def _check_bytes(content: bytes) -> None:
    if not content:
        raise Invalid("picture", _("Choose a picture first."), "empty")
    if len(content) > MOST_BYTES:
        raise Invalid("picture", _("A picture has at most 10 MB."), "too_large")
    # A file that is a picture and something else at once is made to fool somebody.
    edges = (content[:1024] + content[-65536:]).lower()
    if any(sign in edges for sign in NOT_PICTURES) or ZIP_END in content[-65536:]:
        raise Invalid(
            "picture", _("This file holds more than a picture. Save it anew in a picture program."), "polyglot"
        )


def _decoded(content: bytes, filename: str) -> Image.Image:
    try:
        picture = _opened(content, filename)
        picture.draft("RGB", (LARGE, LARGE))  # JPEG is decoded at a fraction of its size
        picture.load()
        if picture.mode in OPAQUE:
            picture.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)  # before any copy: 450 MB became 200
        return _in_srgb(ImageOps.exif_transpose(picture))
    except Invalid:
        raise
    except Exception as problem:  # decoders raise nearly everything on a broken file
        raise Invalid("picture", _("This picture is damaged or incomplete."), "damaged") from problem


def _opened(content: bytes, filename: str) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content), formats=tuple(ENDINGS))
    except Exception as problem:
        known = _("This is not a picture we can read. JPEG, PNG, WebP, GIF and AVIF work.")
        raise Invalid("picture", known, "not_a_picture") from problem
    most = MOST_WEBP_PIXELS if picture.format == "WEBP" else MOST_PIXELS
    if picture.width * picture.height > most:
        said = _("This picture is too large: at most %(most)s megapixels.", most=most // 1_000_000)
        raise Invalid("picture", said, "too_many_pixels")
    _check_ending(filename, "JPEG" if picture.format == "MPO" else picture.format or "")
    return picture


def _check_ending(filename: str, kind: str) -> None:
    ending = filename.rpartition(".")[2].lower() if "." in filename else ""
    if ending and ending not in ENDINGS[kind]:
        raise Invalid(
            "picture",
            _(
                "The name ends in .%(ending)s, but this is a %(kind)s picture. Rename it.",
                ending=ending[:10],
                kind=kind,
            ),
            "wrong_ending",
        )


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Colours as they were meant, once the profile that explains them is gone."""
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    profile = picture.info.get("icc_profile")
    plain = picture.convert("RGBA" if has_alpha else "RGB")
    if profile and picture.mode in ("RGB", "RGBA"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"), inPlace=True)
        except (ImageCms.PyCMSError, OSError):
            return plain
    return plain


def _webp(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.info.clear()
    picture.save(made, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"")
    return made.getvalue()
