"""The eight figures that Lượt is judged on, each beside a limit taken in the same run: ``python -m tests.bench``."""
