"""The API under ``/api/v1/``: JSON to doors and queries, and their errors to problem details."""
