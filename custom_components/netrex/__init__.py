"""Netrex (CamStreamer Cloud) in Home Assistant."""
