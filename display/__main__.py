"""``python -m display`` is ``luot-display``."""

from display.agent import main

main()
