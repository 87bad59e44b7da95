"""One file for each word of the command line; each composes what it needs from the rooms below."""
