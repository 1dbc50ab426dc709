"""Benchmarks: what must be quick, beside the least that could do the same. See docs/benchmarks.md."""
