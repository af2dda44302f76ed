"""The panel as officers and staff use it."""
