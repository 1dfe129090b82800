"""A real Home Assistant, the simulated Netrex and a browser, for people to look at and for the end-to-end tests."""
