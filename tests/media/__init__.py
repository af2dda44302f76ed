"""What people send that is no text: taken for what it is, fetched only where it may be, shown to few, taken back."""
