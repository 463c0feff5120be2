"""REST v1: what programs send and ask, decided by the same rules as pages."""
