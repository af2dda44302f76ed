"""Measures the program against its peers on this machine; `make bench` writes what it finds into docs/PERFORMANCE.md."""
