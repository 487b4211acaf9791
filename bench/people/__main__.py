"""python -m bench.people: how well people are found by topic."""

from bench.people.report import show

if __name__ == "__main__":
    show()
