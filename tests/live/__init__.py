"""Tests of live video and snapshots."""
