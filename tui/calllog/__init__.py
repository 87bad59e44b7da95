"""What must be remembered: one row for each call, once, with visible gaps."""
