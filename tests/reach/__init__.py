"""Whom LINE does not reach, and who comes back with a new LINE account."""
