"""A copy of everything the desk keeps: made while people write, sealed for another place, put back whole."""
