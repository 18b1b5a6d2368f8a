"""A thermal printer on TCP that draws what it was sent, and misbehaves when told: for demo, training and tests."""
