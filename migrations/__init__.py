"""How a database comes to its tables: Alembic, inside one transaction of ours."""
