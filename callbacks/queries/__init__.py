"""Reads: free slots, searches, lists and counts. Nothing here writes."""
