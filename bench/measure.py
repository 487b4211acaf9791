"""Measuring a server from outside: CPU time of its process tree by the operating system, times by a small client.

CPU milliseconds a request are steady on a noisy machine where times are not: a fixed number of requests is sent and
the user + system time of the server's processes (Linux: /proc/<pid>/stat) before and after is compared.
"""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
Send = Callable[[http.client.HTTPConnection, int], int]


@dataclass(frozen=True)
class Figure:
    """One measured page. Times in milliseconds, size in bytes."""

    name: str
    cpu: float
    per_second: float
    p50: float
    p99: float
    size: int
    requests: int


def processes(root: int) -> list[int]:
    """The process and all that it started, by /proc."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parts[2]))
    found, waiting = [], [root]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(root: int) -> float:
    total = 0
    for process in processes(root):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory(root: int) -> int:
    """Resident bytes of the largest process of the tree (the web worker)."""
    sizes = []
    for process in processes(root):
        try:
            sizes.append(int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE)
        except OSError:
            continue
    return max(sizes, default=0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """A server on loopback, ready to answer. Yields the process id."""
    with started(command, environment) as process:
        _wait_for(port, process)
        yield process.pid


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the project's, stopped by its id at the end."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", patience: float = 60) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server did not start.")


@dataclass
class Sample:
    """What one round of requests gave: body sizes in bytes, times in milliseconds."""

    sizes: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


def measure(name: str, root: int, port: int, send: Send, requests: int = 400) -> Figure:
    """Send `requests` over two kept connections after a tenth as warm-up; `send` returns the body's size."""
    _spread(port, send, range(1_000_000, 1_000_000 + max(requests // 10, 10)))
    before, began = cpu_seconds(root), time.perf_counter()
    sample = _spread(port, send, range(requests))
    took, used = time.perf_counter() - began, cpu_seconds(root) - before
    times = sorted(sample.times)
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    size = int(statistics.median(sample.sizes))
    return Figure(name, used * 1000 / requests, requests / took, statistics.median(times), p99, size, requests)


def _spread(port: int, send: Send, numbers: range) -> Sample:
    sample, problems = Sample(), []

    def work(own: range) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            for number in own:
                began = time.perf_counter()
                sample.sizes.append(send(connection, number))
                sample.times.append((time.perf_counter() - began) * 1000)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(numbers[start::2],)) for start in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return sample


def get(path: str | Callable[[int], str], headers: dict[str, str] | None = None, status: int = 200) -> Send:
    """Fetch a page and insist on its status."""

    def send(connection: http.client.HTTPConnection, number: int) -> int:
        where = path(number) if callable(path) else path
        connection.request("GET", where, headers=headers or {})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != status:
            raise RuntimeError(f"GET {where[:100]}: {answer.status}")
        return len(body)

    return send


def post(path: str, fields: Callable[[int], str], headers: dict[str, str]) -> Send:
    """Send a form and insist on 201, 204 or 303."""
    typed = {"Content-Type": "application/x-www-form-urlencoded", **headers}

    def send(connection: http.client.HTTPConnection, number: int) -> int:
        connection.request("POST", path, body=fields(number), headers=typed)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status not in (201, 204, 303):
            raise RuntimeError(f"POST {path}: {answer.status} {body[:200]!r}")
        return len(body)

    return send
