"""The panel of officers and staff: pages made on the server, live where it matters, usable without any script."""
