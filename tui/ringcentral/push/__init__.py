"""How the platform pushes: one port, and an implementation for each transport."""
