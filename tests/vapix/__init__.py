"""Tests of the camera client."""
