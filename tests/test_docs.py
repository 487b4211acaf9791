"""Every command that the documentation shows is run here, on a small site; every make target and link exists."""

import re
import shlex
from pathlib import Path

import pytest

from core.db import db
from core.settings import load
from wsgi import create_app

PAGES = [Path("README.md"), *sorted(Path("docs").rglob("*.md"))]
COMMAND = re.compile(r"\.venv/bin/boardwalk ([^`\n#]+)")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
MBOX = (
    "From nobody Thu Apr  1 00:00:00 1993\nFrom: a@b.invalid (Ann Miller)\nSubject: Hello\n"
    "Message-ID: <1@b>\n\nHello all.\n"
)
THREADS = (
    '{"board": "tea", "thread_id": "1", "title": "Tea", "author": "Ann", '
    '"created_at": "2020-01-01T00:00:00+08:00", "body": "Hi", "replies": []}\n'
)


def shown():
    return sorted({command.strip() for page in PAGES for command in COMMAND.findall(page.read_text())})


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """A small site of its own, with a member and files for the commands to work on."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "some.mbox").write_text(MBOX)
    (folder / "some.jsonl").write_text(THREADS)
    app = create_app(load({"BOARDWALK_DATA": str(folder / "data")}))
    invoke = app.test_cli_runner().invoke
    with app.app_context():
        for first in (
            ["db", "upgrade"],
            ["import", "mbox", str(folder / "some.mbox"), "--board", "imported"],
            ["member", "create", "Present", "present@example.org", "--password-stdin"],
        ):
            done = invoke(args=first, input="a-long-password-42\n")
            assert done.exit_code == 0, (first, done.output, done.exception)
        yield folder, invoke
        for engine in db.engines.values():
            engine.dispose()


@pytest.mark.parametrize("command", shown())
def test_a_command_shown_in_the_docs_works(runner, command):
    folder, invoke = runner
    stand_ins = {
        "FILE...": str(folder / "some.mbox"),
        "FILE.jsonl.gz": str(folder / "some.jsonl"),
        "FILE.jsonl": str(folder / "some.jsonl"),
        "SLUG": "imported",
        "NAME": "Present" if " create " not in command else "Newone",
        "[--board": "--board",
        "SLUG]": "imported",
        "DEST": str(folder / "copy"),
        "SRC": str(folder / "copy"),
    }
    if command in ("search verify", "search status"):  # no worker makes or feeds the index here
        invoke(args=["search", "rebuild"])
    words = [stand_ins.get(word, word) for word in shlex.split(command)]
    if words[:2] == ["db", "revision"]:  # it would write into this checkout
        words = [*words[:2], "--help"]

    done = invoke(args=words, input="a-long-password-42\na-long-password-42\n")

    assert done.exit_code == 0, (words, done.output, done.exception)


def test_the_docs_show_commands_at_all():
    assert len(shown()) >= 8


def test_every_make_target_that_is_named_exists():
    makefile = Path("Makefile").read_text()
    named = {name for page in PAGES for name in re.findall(r"`make (\w+)", page.read_text())}
    assert [name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_every_link_leads_somewhere():
    missing = [
        f"{page}: {target}"
        for page in PAGES
        for target in LINK.findall(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert missing == []
