"""Bad days made to order: a process killed at any moment, and a disk that is full after so many bytes."""

import builtins
import io
import os
import signal
import sys
import warnings
from contextlib import contextmanager

WATCHED = ("/search/", "/whoosh/")


def _counting(reached):
    """Calls `reached(n)` at the n-th call that the engine or its library makes."""
    count = 0

    def profile(frame, event, _argument):
        nonlocal count
        if event in ("call", "c_call") and any(part in frame.f_code.co_filename for part in WATCHED):
            count += 1
            reached(count)

    return profile


def moments(work):
    """How many moments there are at which `killed` can end this work. The work is done."""
    last = [0]
    sys.setprofile(_counting(lambda count: last.__setitem__(0, count)))
    try:
        work()
    finally:
        sys.setprofile(None)
    return last[0]


def killed(work, at):
    """Do the work in a process of its own, which gets `kill -9` at this moment. Returns whether it got that far."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours holds a lock
        child = os.fork()
    if not child:
        try:
            sys.setprofile(_counting(lambda count: count == at and os.kill(os.getpid(), signal.SIGKILL)))
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


class _Limited(io.FileIO):
    room = 0

    def write(self, data):
        if len(data) > _Limited.room:
            raise OSError(28, "No space left on device")
        _Limited.room -= len(data)
        return super().write(data)


def _opening(path, mode="r", *rest, **options):
    if not set(mode) & set("wa+x") or isinstance(path, int):
        return _open(path, mode, *rest, **options)
    raw = _Limited(path, mode.replace("b", "").replace("t", ""))
    file = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
    return file if "b" in mode else io.TextIOWrapper(file, encoding="utf-8")


_open = builtins.open


@contextmanager
def disk_with(room):
    """Whatever is written takes of the room, until there is none. Yields how much is left, when called."""
    _Limited.room = room
    builtins.open = io.open = _opening
    try:
        yield lambda: _Limited.room
    finally:
        builtins.open = io.open = _open


def spread(whole, count):
    """So many numbers from 1 to `whole`, evenly."""
    return sorted({1 + (whole - 1) * step // (count - 1) for step in range(count)})
