"""Attacks from the web: what must be refused, and what no answer may carry."""
