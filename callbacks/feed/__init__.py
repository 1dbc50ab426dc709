"""A specialist's appointments as an iCalendar feed."""
