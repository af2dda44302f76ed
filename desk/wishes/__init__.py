"""Wishes outside the rule: another day, the evening, a telephone call; staff answer them."""
