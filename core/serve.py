"""`flask serve`: the web server and the worker as one process tree; whichever dies is started again."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from core.settings import Settings

PAUSE = 0.5
GRACE = 10  # seconds a child has to finish its requests


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@with_appcontext
def serve(host: str) -> None:
    """Serve the site and run the worker until Ctrl-C."""
    settings: Settings = current_app.extensions["settings"]
    commands = {
        "web": web_command(settings, host),
        "worker": [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
    }
    click.echo(f"Boardwalk is at {settings.base_url} (Ctrl-C stops it)")
    _supervise(commands)


def web_command(settings: Settings, host: str) -> list[str]:
    """granian, with the settings that decide whether it survives (see docs/decisions)."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(settings.port),
        "--workers", str(settings.web_workers), "--blocking-threads", "8", "--respawn-failed-workers",
        "--respawn-interval", "0.5", "--no-ws", "--log-level", "warning", "--backpressure", "256",
        "--workers-kill-timeout", str(GRACE), "wsgi:app",
    ]  # fmt: skip


def _supervise(commands: dict[str, list[str]]) -> None:
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    running = {name: _start(command) for name, command in commands.items()}
    while not stopping:
        for name, process in running.items():
            if process.poll() is not None and not stopping:
                click.echo(f"The {name} process ended ({process.returncode}); starting it again.", err=True)
                time.sleep(PAUSE)
                running[name] = _start(commands[name])
        time.sleep(PAUSE)
    _end(list(running.values()))


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """In a process group of its own: Ctrl-C reaches this process only, which then ends its children in order."""
    return subprocess.Popen(command, env=dict(os.environ), start_new_session=True)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(GRACE + 5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
