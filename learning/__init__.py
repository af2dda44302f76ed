"""Fits the learned layer of the needs and measures it; the running desk knows nothing of it."""
