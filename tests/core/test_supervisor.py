"""The small process that keeps server and worker alive."""

import os
import signal
import subprocess
import sys
import time

import pytest

from core import supervisor

# What granian is: a head with a worker of its own. Each head writes "head worker" into the file.
HEAD = """
import os, subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {worker.pid}\\n")
time.sleep(60)
"""


def until(found, patience=20):
    end = time.monotonic() + patience
    while not found():
        assert time.monotonic() < end, "waited in vain"
    return found()


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="reads the process table of Linux")
def test_what_a_killed_head_leaves_behind_does_not_go_on_serving(tmp_path):
    seen = tmp_path / "seen"
    seen.touch()
    commands = f'{{"web": ["{sys.executable}", "-c", {HEAD!r}, "{seen}"]}}'
    program = f"from core.supervisor import supervise; supervise(dict({commands}))"
    supervised = subprocess.Popen([sys.executable, "-c", program])
    try:
        head, worker = map(int, until(seen.read_text).split())
        os.kill(head, signal.SIGKILL)

        until(lambda: len(seen.read_text().splitlines()) == 2)

        assert not is_running(worker)
    finally:
        supervised.terminate()
        supervised.wait(supervisor.GRACE + 5)
    assert not any(is_running(int(pid)) for pid in seen.read_text().split())
