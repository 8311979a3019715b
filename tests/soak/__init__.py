"""The long run of the fault tests and the state machine, and large sessions."""
