"""おたより: who gets it, what it costs, and that a crash neither loses nor doubles it."""
