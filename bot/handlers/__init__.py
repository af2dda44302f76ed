"""One file per kind of event; each turns what arrived into decisions of the desk and words for the person."""
