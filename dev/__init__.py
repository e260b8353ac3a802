"""The developer tool behind `make`: Odoo, PostgreSQL, databases, tests."""
