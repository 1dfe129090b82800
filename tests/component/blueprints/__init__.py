"""The blueprints as a user runs them: automations made of them, with real events, and phones that get messages."""
