"""Tests of the virtual printer."""
