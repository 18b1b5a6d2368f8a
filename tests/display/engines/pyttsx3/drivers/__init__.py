"""The drivers of the engine that misbehaves."""
