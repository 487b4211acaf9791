"""Reading a PDF that core/pdf.py made: which texts stand in it."""

import re
import zlib

STRING = re.compile(rb"\(((?:\\.|[^\\)])*)\) ?Tj", re.S)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def texts(document: bytes) -> list[str]:
    """Every text of every page, in order. fpdf2 writes numbers of glyphs and a table that says what they mean."""
    streams = [_plain(found) for found in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.S)]
    meaning = {}
    for part in streams:
        for number, text in re.findall(rb"<([0-9A-Fa-f]{4})> <((?:[0-9A-Fa-f]{4})+)>\n", part):
            meaning[int(number, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return [_read(raw, meaning) for part in streams for raw in STRING.findall(part)]


def _plain(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)  # whose last byte may be taken for the end of a line
    except zlib.error:
        return stream


def _read(raw: bytes, meaning: dict[int, str]) -> str:
    plain = re.sub(rb"\\(.)", lambda found: ESCAPED.get(found[1], found[1]), raw, flags=re.S)
    return "".join(meaning.get(int.from_bytes(plain[at : at + 2]), "?") for at in range(0, len(plain), 2))
