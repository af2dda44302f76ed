"""Who is let go when, and what keeps somebody."""
