"""Wishes outside the rule, and the places that are held for them."""
