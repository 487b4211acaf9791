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
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
HTMX = ("htmx.org", "4.0.1", "0BSD")
LUCIDE = ("lucide-static", "1.62.0", "ISC")


def pack(name: str, version: str, folder: Path) -> tarfile.TarFile:
    tarball = folder / f"{name}-{version}.tgz"
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


def keep(package: tuple[str, str, str], path: str, data: bytes) -> dict[str, str]:
    name, version, licence = package
    (STATIC / path).write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    return {"file": path, "package": name, "version": version, "licence": licence, "sha256": digest}


def refresh(folder: Path) -> None:
    with pack(HTMX[0], HTMX[1], folder) as htmx, pack(LUCIDE[0], LUCIDE[1], folder) as lucide:
        # The map is not shipped, so the line naming it would only earn a 404 in the developer tools.
        script = re.sub(rb"\n//# sourceMappingURL=\S+\s*$", b"\n", content(htmx, "dist/htmx.min.js"))
        entries = [
            keep(HTMX, "vendor/htmx.min.js", script),
            keep(HTMX, "vendor/LICENSE-htmx.txt", content(htmx, "LICENSE")),
            keep(LUCIDE, "icons/sprite.svg", sprite(lucide)),
            keep(LUCIDE, "vendor/LICENSE-lucide.txt", content(lucide, "LICENSE")),
        ]
    (STATIC / "vendor/manifest.json").write_text(json.dumps(entries, indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        refresh(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as scratch:
            refresh(Path(scratch))
