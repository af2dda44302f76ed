"""What we ask and say, and in which order: pure, with its words beside it."""
