"""Slips: drawn, encoded, sent to a thermal printer, and what the printer says about them."""
