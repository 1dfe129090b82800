"""Recordings without Home Assistant around them: identifiers, days, titles, searches, files."""
