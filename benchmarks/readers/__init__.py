"""What a front end asks, through PostgREST, beside a look-up of one listing by its key in the same run."""
