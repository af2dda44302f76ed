"""The private pages a person opens from a single-use link: questions, and a letter to staff."""
