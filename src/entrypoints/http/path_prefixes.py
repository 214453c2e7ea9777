PREFIXES = ("/v1", "/api/v1")
"""Everything of the contract answers under both."""
