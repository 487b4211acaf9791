"""Keeps the processes of `flask serve` alive: `python -m core.supervisor '{"web": ["granian", …], "worker": […]}'`.

A process of its own that imports nothing of the site, so that it costs 10 MB and not another 100.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType

PAUSE = 0.5  # seconds between looks, and before a dead process is started again
GRACE = 15  # seconds a child has to finish what it is doing


def supervise(commands: dict[str, list[str]]) -> None:
    """Start every command, start those that end again, and end all of them on SIGTERM or Ctrl-C."""
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    running = {name: _start(command) for name, command in commands.items()}
    while not stopping:
        for name, process in running.items():
            if process.poll() is not None and not stopping:
                print(
                    f"The {name} process ended ({process.returncode}); starting it again.", file=sys.stderr, flush=True
                )
                _sweep(process)
                time.sleep(PAUSE)
                running[name] = _start(commands[name])
        time.sleep(PAUSE)
    _end(list(running.values()))


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    """In a session of its own: Ctrl-C reaches this process only, which then ends its children in order."""
    return subprocess.Popen(command, start_new_session=True)


def _end(processes: list["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        _sweep(process)


def _sweep(process: "subprocess.Popen[bytes]") -> None:
    """End what it left behind: a server's worker outlives a killed server, keeps the port and answers for ever."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    supervise(json.loads(sys.argv[1]))
