"""What is declared, nothing that acts: settings, listing fields, source facts, errors."""
