"""The tty: what it can show, writing to it without waiting for it, and leaving it as it was found, whatever happens."""
