"""What a person says about needs and danger, read from their own words and marked with evidence."""
