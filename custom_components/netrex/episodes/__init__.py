"""Episodes: what a person calls one event at a camera, with its picture, and what is kept of them."""
