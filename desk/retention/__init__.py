"""How long people and what they told are kept, what keeps them longer, and the nightly letting go."""
