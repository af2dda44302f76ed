"""Backups: one instant, sealed, and brought back whole or not at all."""
