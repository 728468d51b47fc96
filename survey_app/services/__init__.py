"""One verb per function. Transactions and scopes live here; requests do not."""
