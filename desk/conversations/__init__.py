"""Where each person stands in the chat, and what was written by and to them."""
