"""The way a database comes to its tables."""
