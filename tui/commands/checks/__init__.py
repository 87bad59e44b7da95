"""What `ringwall doctor` looks at, one file an area; each check goes on as far as that makes sense."""
