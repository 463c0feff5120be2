"""What machines ask: whether a process lives, whether it can serve, and its figures."""
