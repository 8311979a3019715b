"""How fast the pipeline is beside the limit: the same rows, server and run; the result verified first."""
