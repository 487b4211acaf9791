"""Where rate limits are counted without Redis: a storage for `limits`.

Its own keeps hits in memory too, but starts a thread to clean up, and goes through all that it holds, as often as every
hundredth of a second: half a millisecond a page when few are there, and more with each who is.
"""

import time
from collections import deque
from threading import Lock

from limits.storage import MovingWindowSupport, Storage

SWEPT = 10.0  # seconds between two looks at everything


class Hits(Storage, MovingWindowSupport):
    """Moving windows only, by a clock that nobody can move. Safe for any number of threads."""

    STORAGE_SCHEME = ["hits"]  # noqa: RUF012  (as limits declares it)

    def __init__(self) -> None:
        super().__init__()
        self.windows: dict[str, tuple[deque[float], int]] = {}  # by key: times, oldest first, and the window's seconds
        self._lock = Lock()
        self._swept = time.monotonic()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = time.monotonic()
        with self._lock:
            self._sweep(now)
            hits, _ = self.windows.setdefault(key, (deque(), expiry))
            _forget(hits, now - expiry)
            if len(hits) + amount > limit:
                return False
            hits.extend([now] * amount)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """(time of the oldest hit that counts, how many there are)."""
        now = time.monotonic()
        with self._lock:
            hits, _ = self.windows.get(key, (deque[float](), expiry))
            _forget(hits, now - expiry)
            age = now - hits[0] if hits else 0.0
        return time.time() - age, len(hits)

    def _sweep(self, now: float) -> None:
        if now - self._swept > SWEPT:
            self._swept = now
            gone = [key for key, (hits, expiry) in self.windows.items() if not hits or hits[-1] < now - expiry]
            for key in gone:
                del self.windows[key]

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            count = len(self.windows)
            self.windows.clear()
            return count

    def clear(self, key: str) -> None:
        with self._lock:
            self.windows.pop(key, None)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError("Only moving windows are counted here.")

    def get(self, key: str) -> int:
        raise NotImplementedError("Only moving windows are counted here.")

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError("Only moving windows are counted here.")


def _forget(hits: deque[float], before: float) -> None:
    while hits and hits[0] < before:
        hits.popleft()
