"""Days that were closed or moved after people had booked."""
