"""Refresh the front end's vendored files: `python scripts/vendor.py [FOLDER_WITH_TARBALLS]`.

Takes exact versions from npm (`npm pack`), keeps the few files the site needs, builds the icon sprite from
static/icons/names.txt and writes static/vendor/manifest.json. The results are committed: people who run the site
need no Node.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

STATIC = Path(__file__).resolve().parent.parent / "static"
HTMX = ("htmx.org", "4.0.1", "0BSD")
LUCIDE = ("lucide-static", "1.62.0", "ISC")
NOTO = ("@expo-google-fonts/noto-sans-sc", "0.4.3", "OFL-1.1")
FONTS = "../core/fonts"  # for paper, not for browsers: it is not below static/
LATIN, MARKS, KANA = (
    (0x20, 0x180),
    [(0x2010, 0x2040), (0x20A0, 0x20C0), (0x2190, 0x2194), (0x2212, 0x2213)],
    (0x3000, 0x3100),
)


def pack(name: str, version: str, folder: Path) -> tarfile.TarFile:
    tarball = folder / f"{name.removeprefix('@').replace('/', '-')}-{version}.tgz"
    if not tarball.exists():
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True)
    return tarfile.open(tarball)


def content(tar: tarfile.TarFile, member: str) -> bytes:
    file = tar.extractfile(f"package/{member}")
    if file is None:
        raise SystemExit(f"{member} is not in the package")
    return file.read()


def symbol(name: str, svg: str) -> str:
    """One icon as a <symbol>; stroke and fill come from our CSS, so only the shapes are kept."""
    inner = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S)
    if inner is None:
        raise SystemExit(f"icon {name} has no shapes")
    shapes = re.sub(r"\s*/>", "/>", re.sub(r">\s+<", "><", inner.group(1).strip()))
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def sprite(tar: tarfile.TarFile) -> bytes:
    names = (STATIC / "icons/names.txt").read_text().split()
    symbols = [symbol(name, content(tar, f"icons/{name}.svg").decode()) for name in names]
    note = f"<!-- Lucide {LUCIDE[1]}, ISC licence, see static/vendor/LICENSE-lucide.txt -->"
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', note, *symbols, "</svg>\n"]).encode()


def characters() -> set[int]:
    """What paper may say: Latin, punctuation, currencies, kana, full-width forms and all of GB 2312."""
    wanted = {code for first, last in [LATIN, *MARKS, KANA, (0xFF00, 0xFFEF)] for code in range(first, last)} | {0xD7}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            wanted |= {ord(character) for character in bytes([row, cell]).decode("gb2312", "ignore")}
    return wanted


def cut(font: bytes) -> bytes:
    """The font with these characters only: 2 MB of 10. The OFL allows it; the name Noto is not reserved."""
    options = subset.Options()
    options.layout_features, options.hinting, options.glyph_names = [], False, False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "gasp", "STAT"]
    whole, small = TTFont(BytesIO(font), recalcTimestamp=False), BytesIO()
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(whole)
    whole.save(small)
    return small.getvalue()


def keep(package: tuple[str, str, str], path: str, data: bytes) -> dict[str, str]:
    name, version, licence = package
    (STATIC / path).write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    return {"file": path, "package": name, "version": version, "licence": licence, "sha256": digest}


def refresh(folder: Path) -> None:
    with (
        pack(HTMX[0], HTMX[1], folder) as htmx,
        pack(LUCIDE[0], LUCIDE[1], folder) as lucide,
        pack(NOTO[0], NOTO[1], folder) as noto,
    ):
        # The map is not shipped, so the line naming it would only earn a 404 in the developer tools.
        script = re.sub(rb"\n//# sourceMappingURL=\S+\s*$", b"\n", content(htmx, "dist/htmx.min.js"))
        entries = [
            keep(HTMX, "vendor/htmx.min.js", script),
            keep(HTMX, "vendor/LICENSE-htmx.txt", content(htmx, "LICENSE")),
            keep(LUCIDE, "icons/sprite.svg", sprite(lucide)),
            keep(LUCIDE, "vendor/LICENSE-lucide.txt", content(lucide, "LICENSE")),
            keep(NOTO, f"{FONTS}/NotoSansSC-Regular.ttf", cut(content(noto, "400Regular/NotoSansSC_400Regular.ttf"))),
            keep(NOTO, f"{FONTS}/LICENSE-noto-sans-sc.txt", content(noto, "LICENSE_FONT")),
        ]
    (STATIC / "vendor/manifest.json").write_text(json.dumps(entries, indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        refresh(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as scratch:
            refresh(Path(scratch))
