"""What is written about Ringwall, and what builds parts of it."""
