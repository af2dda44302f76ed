"""Changing the keys while the desk is open, and whether a key is the right one."""
