from tests.server.live.browser import chromium, context, hall, page

__all__ = ["chromium", "context", "hall", "page"]
