"""HTTP in, HTTP out. Every module here that has a ``blueprint`` is registered by the factory."""
