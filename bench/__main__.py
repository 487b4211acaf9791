"""`make bench`: seeds a database once, then measures pages beside two ceilings of the same server in the same run.

python -m bench                 everything, as a table and as JSON in bench/results/
python -m bench --requests 100  faster and rougher
python -m bench.people          only how well people are found by topic
python -m bench.chinese         only whether Chinese is found, where the shared data are
python -m bench.engine          only the search engine, beside SQLite's FTS5
python -m bench.living          only how soon a new post is found, and a rebuild while search goes on
python -m bench --servers       granian and gunicorn on the thread page, for docs/decisions
"""

import json
import os
import platform
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench import chinese, engine, living, pages
from bench.measure import Figure, free_port, get, measure, memory, running
from bench.people import report as people_by_topic
from core.serve import FRUGAL, web_command
from core.settings import Settings, load
from wsgi import create_app

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
GUNICORN = [sys.executable, "-m", "gunicorn", "--threads", "8", "--no-control-socket"]


@click.command()
@click.option("--requests", default=400, show_default=True, help="How often each page is fetched.")
@click.option("--posts", default=200_000, show_default=True)
@click.option("--threads", default=10_000, show_default=True)
@click.option("--servers", is_flag=True, help="Compare servers on the thread page instead.")
def main(requests: int, posts: int, threads: int, servers: bool) -> None:
    environment = seeded(posts, threads)
    settings = load(os.environ | environment)
    site = pages.prepare(create_app(settings, LIMITS=dict.fromkeys(pages.LIMITED, "1000000/second")))
    if servers:
        _show("Servers, thread of 20 posts (guest)", _servers(settings, site, environment, requests), 0)
        return
    ceilings = _ceilings(settings, site, environment, requests)
    figures, resident = _site(settings, site, environment, requests)
    _show(f"{posts:,} posts, {requests} requests a page", [*ceilings, *figures], resident)
    _keep([*ceilings, *figures], resident, posts)
    living.show(create_app(settings), environment)
    for size in (posts, 5 * posts):
        engine.measure(size, 300, fts5=True)
    people_by_topic.show()
    chinese.show()


def seeded(posts: int, threads: int) -> dict[str, str]:
    """The bench's own data folder; seeded and indexed once for each size, its tables brought up to date each time."""
    data = FOLDER / "data" / f"{posts}"
    environment = FRUGAL | {"BOARDWALK_DATA": str(data), "BOARDWALK_DATABASE_URL": "", "BOARDWALK_SANDBOX": "yes"}
    commands = [["db", "upgrade"]]
    if not (data / "seeded").exists():
        commands += [["bench", "seed", "--posts", str(posts), "--threads", str(threads)], ["search", "rebuild"]]
    for command in commands:
        full = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        subprocess.run(full, cwd=ROOT, env={**os.environ, **environment}, check=True)
    (data / "seeded").touch()
    return environment


def _ceilings(settings: Settings, site: pages.Site, environment: dict[str, str], requests: int) -> list[Figure]:
    names = {"ceiling: bare framework, 20 KB": "bare_app", "ceiling: 20 posts by ORM, bare template": "orm_app"}
    figures = []
    for name, app in names.items():
        port = free_port()
        command = _web(settings, port, f"bench.ceilings:{app}")
        with running(command, port, {**environment, "BENCH_THREAD": str(site.thread)}) as root:
            figures.append(measure(name, root, port, get("/"), requests))
    return figures


def _site(settings: Settings, site: pages.Site, environment: dict[str, str], requests: int) -> tuple[list[Figure], int]:
    port = free_port()
    command = _web(settings, port, "bench.unlimited:served")
    with running(command, port, environment) as root:
        figures = [measure(name, root, port, send, requests) for name, send in pages.reading(site).items()]
        few = max(requests // 4, 50)
        figures += [measure(name, root, port, send, few) for name, send in pages.writing_pages(site).items()]
        return figures, memory(root)


def _servers(settings: Settings, site: pages.Site, environment: dict[str, str], requests: int) -> list[Figure]:
    commands = {
        "granian": lambda port: _web(settings, port),
        "gunicorn gthread": lambda port: [*GUNICORN, "--bind", f"127.0.0.1:{port}", "wsgi:app"],
    }
    figures = []
    for name, command in commands.items():
        for page, send in (("thread", get(f"/t/{site.thread}")), ("health", get("/healthz"))):
            port = free_port()
            with running(command(port), port, environment) as root:
                figures.append(measure(f"{name}: {page}", root, port, send, requests))
    return figures


def _web(settings: Settings, port: int, served: str = "wsgi:served") -> list[str]:
    return web_command(replace(settings, port=port), "127.0.0.1", served)


def _show(title: str, figures: list[Figure], resident: int) -> None:
    table = Table(title=title)
    for column in ("page", "CPU ms", "a second", "p50 ms", "p99 ms", "bytes"):
        table.add_column(column, justify="left" if column == "page" else "right")
    for one in figures:
        table.add_row(
            one.name, f"{one.cpu:.2f}", f"{one.per_second:.0f}", f"{one.p50:.1f}", f"{one.p99:.1f}", f"{one.size:,}"
        )
    console = Console()
    console.print(table)
    if resident:
        console.print(f"Memory of the web process after the run: {resident / 2**20:.0f} MiB")


def _keep(figures: list[Figure], resident: int, posts: int) -> None:
    folder = FOLDER / "results"
    folder.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    told = {
        "at": now.isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "posts": posts,
        "memory": resident,
        "figures": [vars(figure) for figure in figures],
    }
    path = folder / f"{now:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(told, indent=1))
    Console().print(f"Written to {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
