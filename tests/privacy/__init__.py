"""What is kept secret: sealing, changing the keys, being forgotten, and a scan for what should not be there."""
