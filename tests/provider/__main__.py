"""`python -m tests.provider --port 8090 --secret fake`: prints its address and serves until it is stopped."""

import argparse
from contextlib import suppress

from tests.provider import keys
from tests.provider.server import make

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--port", type=int, default=8090)
parser.add_argument("--secret", default="fake")
parser.add_argument("--hang", type=float, default=3.0, help="seconds it stays silent when told to time out")
parser.add_argument("--keys", default="", help="a folder for the keys of the languages that sign with RSA")
given = parser.parse_args()
if given.keys:
    keys.make(given.keys)
server = make(given.port, given.secret, given.hang, given.keys)
print(server.till.address, flush=True)
with suppress(KeyboardInterrupt):
    server.serve_forever()
