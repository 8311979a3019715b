"""How the program reaches its Postgres: connections, named queries, migrations, the embedded server."""
