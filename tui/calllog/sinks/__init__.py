"""Where the record is sent: each sink takes calls one after the other, and keeps its own place."""
