"""What arrives from clients and what is said to them: kept, in order, once."""
