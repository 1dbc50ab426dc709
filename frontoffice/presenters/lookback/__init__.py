"""The look back: what a lead learns from past weeks, each figure with its finding, definition and table."""
