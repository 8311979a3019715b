"""What the platform does, a package a subsystem; `orchestration` alone wires them together."""
