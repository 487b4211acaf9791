"""CSS, JavaScript and icons, read once at start and served from memory.

`static/css/order.txt` and `static/js/order.txt` name the files of the two bundles in their order (paths below static/).
An address holds the hash of its content, so browsers keep it for ever and a changed file has a new address.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

from core import marks

PREFIX = "/static/bundle"
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSED_TYPES = ("text/", "image/svg", "application/json", "application/manifest")


@dataclass(frozen=True)
class Asset:
    body: bytes
    squeezed: bytes | None
    digest: str
    mimetype: str


def make_asset(name: str, body: bytes) -> Asset:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    squeezed = gzip.compress(body, 9, mtime=0) if mimetype.startswith(COMPRESSED_TYPES) else None
    return Asset(body, squeezed, hashlib.sha256(body).hexdigest()[:12], mimetype)


def ordered(folder: Path, kind: str) -> list[Path]:
    lines = (folder / kind / "order.txt").read_text(encoding="utf-8").splitlines()
    return [folder / line.strip() for line in lines if line.strip() and not line.startswith("#")]


def css_bundle(folder: Path) -> bytes:
    """All style sheets as one, without comments and indentation."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in ordered(folder, "css"))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r"\s*\n\s*", "\n", text).strip().encode()


def js_bundle(folder: Path) -> bytes:
    """All scripts as one. A semicolon between them: a file may end, and the next begin, with a bracket."""
    return "\n;".join(path.read_text(encoding="utf-8").strip() for path in ordered(folder, "js")).encode()


def read_assets(folder: Path) -> dict[str, Asset]:
    bodies = {"site.css": css_bundle(folder), "site.js": js_bundle(folder)}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(("css/", "js/")):
            bodies[name] = path.read_bytes()
    return {name: make_asset(name, body) for name, body in bodies.items()}


def send(asset: Asset, asked: str) -> Response:
    squeezed = asset.squeezed if "gzip" in request.headers.get("Accept-Encoding", "") else None
    answer = Response(asset.body if squeezed is None else squeezed, mimetype=asset.mimetype)
    if squeezed is not None:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    # A page kept open over a deployment may ask for an old hash: it gets today's file, but must not keep it.
    answer.headers["Cache-Control"] = FOR_EVER if asked == asset.digest else "no-cache"
    return answer


def init_app(app: Flask) -> None:
    """Serve the assets and give templates `asset_url('css' | 'js')` and `static_url('icons/sprite.svg')`."""
    assets = read_assets(Path(app.static_folder or Path(app.root_path) / "static"))
    urls = {name: f"{PREFIX}/{asset.digest}/{name}" for name, asset in assets.items()}

    def static_url(name: str) -> str:
        """The address of a file below static/; KeyError for one that is not there."""
        return urls[name]

    def asset_url(kind: str) -> str:
        return urls[f"site.{kind}"]

    def serve(digest: str, name: str) -> Response:
        asset = assets.get(name)
        return send(asset, digest) if asset else abort(404)

    app.add_url_rule(f"{PREFIX}/<digest>/<path:name>", "assets", serve)
    app.jinja_env.globals.update(static_url=static_url, asset_url=asset_url)
    app.jinja_env.globals.update(avatar_mark=marks.avatar, board_chip_mark=marks.board_chip)
    app.jinja_env.globals["icon_mark"] = marks.icon_maker(static_url("icons/sprite.svg"))
