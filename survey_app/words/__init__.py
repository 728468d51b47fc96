"""Customers' words: pure functions over texts."""
