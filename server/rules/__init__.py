"""What may happen and who is next. Pure: no clock, chance, I/O, log, database or async."""
