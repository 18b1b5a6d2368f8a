"""What is kept: tables, the one writer, the log."""
