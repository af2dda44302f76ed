"""The people the desk knows: who they are to us, how they are reached, what they agreed to."""
