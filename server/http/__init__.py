"""Routes, rights and refusals over HTTP; thin."""
