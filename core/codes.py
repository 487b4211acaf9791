"""QR codes (ISO/IEC 18004): as modules for paper, as SVG for pages."""

from collections.abc import Iterator

import segno
from markupsafe import Markup


def modules(text: str) -> list[list[bool]]:
    """Rows of modules, dark ones true, with the four modules of quiet zone around. Error correction M."""
    return [[bool(dark) for dark in row] for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]


def svg(text: str, label: str) -> Markup:
    """A code for a page. It is black on white in the dark too: readers want it so."""
    rows = modules(text)
    path = "".join(f"M{column} {row}h1v1h-1z" for row, column in _dark(rows))
    size = len(rows)
    return Markup(
        '<svg class="code" viewBox="0 0 {0} {0}" width="192" height="192" role="img" aria-label="{1}">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path d="{2}"/></svg>'
    ).format(size, label, path)


def _dark(rows: list[list[bool]]) -> Iterator[tuple[int, int]]:
    for row, cells in enumerate(rows):
        yield from ((row, column) for column, is_dark in enumerate(cells) if is_dark)
