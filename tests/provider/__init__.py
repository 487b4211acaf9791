"""A payment provider that is a program of its own on loopback: `python -m tests.provider`. It can misbehave."""
