"""What the server does by itself: announcements, forecasts, housekeeping."""
