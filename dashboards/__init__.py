"""Dashboard widgets: one file each, found by folder scan. The contract is in :mod:`dashboards.base`."""
