-- Every row of a table in somebody else's database; {table} stands for its quoted name.
select * from {table}
