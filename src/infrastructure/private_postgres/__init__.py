"""A PostgreSQL server of our own, for machines where nobody gives us one: `node.PrivatePostgres`."""
