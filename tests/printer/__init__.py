"""Tests of the package printer."""
