"""受信箱: the list, a conversation, what staff leave for each other, and who is writing."""
