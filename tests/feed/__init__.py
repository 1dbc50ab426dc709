"""The personal calendar feed."""
