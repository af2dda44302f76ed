"""Who looked at what, in a chain that shows when somebody has tampered with it."""
