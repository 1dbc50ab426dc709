"""Appointments: booked, found, and changed through the doors."""
