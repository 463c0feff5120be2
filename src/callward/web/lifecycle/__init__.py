"""The end of what is kept: turning epochs, erasing people."""
