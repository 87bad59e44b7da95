"""A RingCentral in a box, for demos, tests and load. Shares no code with the rest."""
