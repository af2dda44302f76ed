"""Photos and voices that people sent: fetched only where the desk wants them, checked, sealed, shown to few."""
