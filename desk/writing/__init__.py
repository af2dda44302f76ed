"""What staff write to a person: drafts, canned texts, sending in ten seconds or on a day, and taking it back."""
