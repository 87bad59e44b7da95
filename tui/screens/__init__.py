"""What people see: one file a screen. Screens post messages and call the feed; they never reach into each other."""
