"""Benchmarks, run by hand; each has a short form for CI that asserts counts, never times."""
