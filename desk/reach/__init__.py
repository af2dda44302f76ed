"""Whom LINE no longer reaches, to be reached as they agreed; and who comes back with a new LINE account."""
