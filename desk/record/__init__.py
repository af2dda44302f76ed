"""わたしの記録: all that is kept of one person, to be seen, taken along, corrected, and taken back."""
