"""A real browser (Debian's chromium) against the real server with its worker and the demo community."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from demo.town import PASSWORD
from tests.postgresql import free_port

ROOT = Path(__file__).parent.parent.parent
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 60


class Site:
    """A site of its own: data folder, port, processes. `restart` keeps the data."""

    def __init__(self, data: Path, port: int | None = None):
        self.data, self.port = data, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "BOARDWALK_DATA": str(data),
            "BOARDWALK_DATABASE_URL": "",
            "BOARDWALK_SANDBOX": "yes",
            "PORT": str(self.port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *command: str) -> str:
        """One command of the program; its output. Fails the test when it fails."""
        full = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        done = subprocess.run(full, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]} {done.stderr[-4000:]}"
        return done.stdout

    def start(self) -> "Site":
        log = (self.data / "server.log").open("ab")
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=2).close()
                return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError((self.data / "server.log").read_text()[-4000:])

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The demo community, served."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.run("db", "upgrade")
    site.run("demo")
    yield site.start()
    site.stop()


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    assert path, "chromium is not installed (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, site):
    """`visit(member=None, **context)` opens a page in a browser of its own; console errors fail the test."""
    contexts, problems = [], []

    def open_page(**context):
        made = chromium.new_context(base_url=site.url, **({"locale": "en-GB"} | context))
        made.set_default_timeout(15_000)
        contexts.append(made)
        page = made.new_page()
        page.on("pageerror", lambda problem: problems.append(str(problem)))
        page.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def signed_in(visit):
    """`signed_in("Marta")` is a page of a demo member."""

    def open_page(name, password=None, **context):
        page = visit(**context)
        page.goto("/login")
        page.fill("[name=login]", name)
        page.fill("[name=password]", password or demo_password())
        page.click("form[action^='/login'] button")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    return open_page


def demo_password() -> str:
    return PASSWORD
