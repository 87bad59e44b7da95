"""What can go wrong, as tables: of connections, of answers, of deliveries, and of what the platform knows."""
