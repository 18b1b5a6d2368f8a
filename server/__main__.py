"""`python -m server` is `luot-server`."""

from server.cli import main

main()
