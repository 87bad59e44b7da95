"""What the platform says. The only room that knows RingCentral's URLs and JSON."""
