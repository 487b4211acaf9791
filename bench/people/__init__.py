"""A labelled evaluation of people by topic. `python -m bench.people` prints it; `make bench` too."""
