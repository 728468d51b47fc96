"""Channels: one adapter a file, found by folder scan. The contract is in :mod:`channels.base`."""
