"""What a wall knows. Pure: no I/O, no clock, no asyncio; time comes in as an argument, in seconds of server time."""
