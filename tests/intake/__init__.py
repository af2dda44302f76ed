"""Stories of answers, needs and danger as the desk keeps them."""
