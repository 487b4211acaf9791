"""The rules of the house, checked on the source itself."""

import ast
import re
from pathlib import Path

import pytest

ROOMS = [path for room in ("core", "forum", "shop", "search", "demo", "bench") for path in Path(room).rglob("*.py")]
ROOMS += [Path("wsgi.py")]
TESTS = [path for path in Path("tests").rglob("*.py")]
TEMPLATES = list(Path("templates").rglob("*.html"))
PARTIALS = [path for path in TEMPLATES if path.name.startswith("_")]
STYLES = list(Path("static/css").rglob("*.css"))


def too_long(paths, limit):
    return [
        f"{path}: {len(path.read_text().splitlines())}" for path in paths if len(path.read_text().splitlines()) > limit
    ]


@pytest.mark.parametrize(
    ("paths", "limit"),
    [(ROOMS, 300), (TESTS, 400), (TEMPLATES, 120), ([p for p in PARTIALS if p.name != "_ui.html"], 60), (STYLES, 250)],
    ids=["modules", "tests", "templates", "partials", "styles"],
)
def test_files_stay_readable(paths, limit):
    assert too_long(paths, limit) == []


def test_functions_stay_readable():
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in ROOMS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40
    ]
    assert long == []


def test_only_the_ground_floor_commits():
    rooms = [path for path in ROOMS if path.parts[0] not in ("bench",)]
    assert [str(path) for path in rooms if re.search(r"(session|connection)\.commit\(", path.read_text())] == [
        "core/db.py"
    ]


def test_partials_say_what_they_need():
    partials = [path for path in PARTIALS if path.parent != Path("templates")]
    assert [str(path) for path in partials if not path.read_text().startswith("{# needs:")] == []


def test_templates_hold_no_style_and_no_script():
    inline = re.compile(r'\sstyle="|\son[a-z]+="|<script(?![^>]*\ssrc=)|<style')
    assert [str(path) for path in TEMPLATES if inline.search(path.read_text())] == []


def test_queries_and_rules_never_write():
    writes = re.compile(r"session\.(add|delete|merge|flush)|@command|\b(insert|update|delete)\(")
    reading = [path for path in ROOMS if path.name in ("queries.py", "rules.py")]
    assert [str(path) for path in reading if writes.search(path.read_text())] == []


def test_views_hold_no_queries():
    asks = re.compile(r"\bdb\.session|\bselect\(")
    views = [path for path in ROOMS if path.name.endswith("views.py")]
    assert [str(path) for path in views if asks.search(path.read_text())] == []


def test_every_post_form_carries_the_token():
    forms = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL | re.IGNORECASE)
    bare = [
        str(path)
        for path in TEMPLATES
        for form in forms.findall(path.read_text())
        if "csrf" not in form and "hidden_tag" not in form
    ]
    assert bare == []


def test_time_is_asked_of_the_clock():
    asks = re.compile(r"datetime\.(now|utcnow)\(|time\.sleep\(")
    allowed = {"core/clock.py", "core/supervisor.py"}
    rooms = [path for path in ROOMS if path.parts[0] != "bench"]
    assert [str(path) for path in rooms if asks.search(path.read_text()) and str(path) not in allowed] == []
