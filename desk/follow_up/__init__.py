"""After a visit: a desk's usual steps, one person's plan, and what became of each step."""
