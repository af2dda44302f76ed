"""Tests of what staff write to people."""
