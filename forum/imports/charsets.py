"""Bytes to text when the label is missing, wrong or from a system long gone. Pure."""

import codecs
import re

# Labels seen in the wild that Python does not know or knows under another name.
SAYS_BUT_MEANS = {
    "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-gbk": "gb18030", "gb2312": "gb18030", "gbk": "gb18030",
    "hz-gb-2312": "hz", "x-big5": "big5hkscs", "big5": "big5hkscs", "x-sjis": "cp932", "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949", "iso-8859-8-i": "iso-8859-8", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "x-unknown": "", "unknown-8bit": "", "default": "",
}  # fmt: skip

_MAC_APOSTROPHE = re.compile(rb"[a-z]\xd5[a-z]|\xd2[A-Za-z][^\xd2\xd3]*\xd3")


def decoded(raw: bytes, charset: str | None) -> str:
    """The text of `raw`: as declared if that works, else UTF-8, else the likeliest 8-bit set. Never fails."""
    for name in filter(None, (_meant(charset), _escaped(raw), "utf-8", _mac(raw), "cp1252")):
        try:
            return raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("latin-1")


def _meant(charset: str | None) -> str:
    label = (charset or "").strip().strip("\"'").lower()
    name = SAYS_BUT_MEANS.get(label, label)
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    # Text that is valid UTF-8 is UTF-8, whatever an old program's "latin1" says; and "rot13" is no charset of a text.
    return codec.name if codec.name != "cp1252" and codec._is_text_encoding else ""


def _escaped(raw: bytes) -> str:
    """Japanese mail is 7-bit with escape sequences, so it would pass for ASCII."""
    return "iso2022_jp" if b"\x1b$" in raw else ""


def _mac(raw: bytes) -> str:
    return "mac_roman" if _MAC_APOSTROPHE.search(raw) else ""
