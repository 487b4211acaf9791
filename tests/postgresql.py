"""Starts a PostgreSQL server of our own on loopback for the tests: `python -m tests.postgresql COMMAND...`.

Runs COMMAND with BOARDWALK_TEST_POSTGRESQL set, then stops the server and removes its folder.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl: Debian keeps them off the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3])
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_server_user() -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as Debian's `postgres` user."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def main(command: list[str]) -> int:
    bin_folder = binaries()
    if bin_folder is None:
        print("PostgreSQL is not installed (Debian: apt-get install postgresql).", file=sys.stderr)
        return 3
    folder, port, user = Path(tempfile.mkdtemp(prefix="boardwalk-postgresql-")), free_port(), as_server_user()
    if user:
        os.chown(folder, user["user"], user["group"])  # type: ignore[call-overload]
    run = partial(subprocess.run, stdout=subprocess.DEVNULL, cwd=folder, **user)
    control = [bin_folder / "pg_ctl", "-D", folder / "data", "-w"]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
    create = ["-D", folder / "data", "-U", "boardwalk", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    run([bin_folder / "initdb", *create], check=True)
    run([*control, "-l", folder / "log", "-o", options, "start"], check=True)
    try:
        url = f"postgresql://boardwalk@127.0.0.1:{port}"
        return subprocess.run(command, env={**os.environ, "BOARDWALK_TEST_POSTGRESQL": url}, check=False).returncode
    finally:
        run([*control, "-m", "immediate", "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
