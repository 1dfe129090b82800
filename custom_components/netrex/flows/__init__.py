"""Forms and steps of the dialogs."""
