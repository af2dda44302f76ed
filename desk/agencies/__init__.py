"""Agencies (紹介先): where a person can be led to, kept from a file that staff fill in."""
