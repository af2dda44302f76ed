"""Reading needs and danger from a person's own words, and the numbers that are shown."""
