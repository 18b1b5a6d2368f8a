"""``python -m printer.virtual``: the same as ``luot-printer virtual``."""

import sys

from printer.cli import main

main(["virtual", *sys.argv[1:]])
