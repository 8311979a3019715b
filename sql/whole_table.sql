-- Every row of a table in a database of others; {table} stands for its quoted name.
select * from {table}
