"""Which two officers sit at which table on which day (当番表)."""
