"""The rules of the house, as tests: each failure tells the story and names the mend."""
