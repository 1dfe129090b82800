"""Work that goes on in the background of an account."""
