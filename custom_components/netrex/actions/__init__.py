"""The actions of the integration, one file a subject."""
