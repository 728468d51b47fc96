"""Question types: one file each, found by folder scan. The contract is in :mod:`question_types.base`."""
