"""受信箱: which conversations wait for staff, when to look again, what staff leave for each other, who is writing."""
