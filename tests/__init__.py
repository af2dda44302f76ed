"""The tests: a folder for each room of the house, and one for its rules."""
