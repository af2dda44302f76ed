"""Stories of the simulated LINE platform."""
