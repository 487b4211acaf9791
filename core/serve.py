"""`flask serve`: the web server and the worker as one process tree; whichever dies is started again."""

import json
import os
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from core.settings import Settings

# Threads would each keep an arena and a buffer for numbers of their own: 20 MB more, and no time was saved by it.
FRUGAL = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072", "OPENBLAS_NUM_THREADS": "1"}


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
    sys.stdout.flush()
    command = [sys.executable, "-m", "core.supervisor", json.dumps(commands)]
    os.execve(sys.executable, command, FRUGAL | dict(os.environ))


def web_command(settings: Settings, host: str, served: str = "wsgi:served") -> list[str]:
    """granian, with the settings that decide whether it survives (see docs/decisions); `served` is its application."""
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", host, "--port", str(settings.port)]
    command += ["--workers", str(settings.web_workers)]
    command += ["--backlog", "4096", "--backpressure", "4096", "--http1-header-read-timeout", "5000"]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "10"]
    return [*command, "--no-ws", "--log-level", "error", served]
