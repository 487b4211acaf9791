"""The front end's promises: vendored files are what the manifest says, pages stay light, nothing inline."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from core import assets

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((STATIC / "css").glob("*.css"))
BUDGET = 20 * 1024

manifest = json.loads((STATIC / "vendor/manifest.json").read_text())


@pytest.mark.parametrize("entry", manifest, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_in_the_manifest(entry):
    assert hashlib.sha256((STATIC / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["version"]
    assert entry["licence"]


def test_every_file_in_vendor_is_in_the_manifest():
    known = {entry["file"] for entry in manifest} | {"vendor/manifest.json"}
    assert {path.relative_to(STATIC).as_posix() for path in (STATIC / "vendor").iterdir()} <= known


def test_all_javascript_of_a_page_is_within_twenty_kilobytes():
    assert len(gzip.compress(assets.js_bundle(STATIC), 9)) <= BUDGET


@pytest.mark.parametrize("kind", ["css", "js"])
def test_every_file_is_in_its_bundle_exactly_once(kind):
    listed = [path.relative_to(STATIC).as_posix() for path in assets.ordered(STATIC, kind)]
    here = [path.relative_to(STATIC).as_posix() for path in (STATIC / kind).glob(f"*.{kind}")]
    assert sorted(name for name in listed if not name.startswith("vendor/")) == sorted(here)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_is_short_and_lives_in_one_layer(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    assert len(text.splitlines()) <= 250
    assert text.count("{") == text.count("}")
    opened = re.findall(r"@layer (\w+) \{", text)
    assert len(opened) == 1
    assert "!important" not in text or path.name in ("layers.css", "base.css", "utilities.css")


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=lambda path: path.name)
def test_colours_come_from_the_tokens(path):
    found = re.findall(r":[^;{}]*?(#[0-9a-f]{3,8})\b", path.read_text())
    assert [colour for colour in found if colour != "#000"] == []


def test_every_custom_property_that_is_used_is_defined():
    text = "\n".join(path.read_text() for path in STYLES)
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_template_has_no_inline_style_or_script(path):
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|hx-on|javascript:|=[\"']js:", text)


def test_every_icon_that_is_used_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons/sprite.svg").read_text()))
    text = "\n".join(path.read_text() for path in TEMPLATES)
    assert set(re.findall(r"(?:icon|drawn)\(['\"]([\w-]+)['\"]\)", text)) <= known
    assert set((STATIC / "icons/names.txt").read_text().split()) == known


def contrast(one, other):
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "muted", "sea") for ground in ("paper", "surface", "raised")),
    *((ink, "sunk") for ink in ("ink", "ink-soft", "muted")),
    *((tone, f"{tone}-soft") for tone in ("sun", "leaf", "alarm")),
    *(("ink", f"{tone}-soft") for tone in ("sea", "coral", "sun", "leaf", "alarm")),
    ("sea-strong", "sea-soft"), ("coral-strong", "coral-soft"), ("coral", "surface"), ("coral", "paper"),
    ("alarm", "surface"),
    ("leaf", "surface"), ("on-sea", "sea"), ("on-coral", "coral"), ("on-deep", "deep"), ("on-alarm", "alarm"),
    *((f"hut-{number}", "surface") for number in range(8)),
]  # fmt: skip


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(ink, ground, theme):
    text = (STATIC / "css/tokens.css").read_text()
    colours = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text)}
    assert contrast(colours[ink][theme], colours[ground][theme]) >= 4.5


def test_a_file_is_served_squeezed_and_for_ever_under_its_hash(app):
    with app.test_request_context():
        url = app.jinja_env.globals["asset_url"]("css")
    answer = app.test_client().get(url, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert gzip.decompress(answer.data) == app.test_client().get(url).data


def test_an_old_hash_gets_todays_file_but_may_not_keep_it(app):
    answer = app.test_client().get("/static/bundle/000000000000/site.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_file_outside_the_assets_is_not_served(app):
    for name in ("css/order.txt", "../wsgi.py", "%2e%2e/wsgi.py", "nothing.css"):
        assert app.test_client().get(f"/static/bundle/0/{name}").status_code == 404
