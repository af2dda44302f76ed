"""A family and the person as separate parties: what one does leaves no trace with the other."""
