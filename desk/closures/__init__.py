"""A day closed or moved after people had booked: who lost a place, and who has been reached."""
