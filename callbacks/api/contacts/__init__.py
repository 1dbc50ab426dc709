"""Contacts with the front office: registered, listed, and why they were avoidable."""
