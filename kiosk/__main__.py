"""``python -m kiosk`` is ``luot-kiosk``."""

from kiosk.agent import main

if __name__ == "__main__":
    main()
