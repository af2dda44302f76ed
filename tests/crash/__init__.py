"""Real processes, killed and hindered in every way: nothing is lost, and nothing is said or done twice."""
