"""``python -m printer``: the same as ``luot-printer``."""

from printer.cli import main

main()
