"""The long run: what `make test` does small, for as long and as large as is asked."""
