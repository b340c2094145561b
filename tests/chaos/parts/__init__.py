"""The parts, by name. Each does one kind of harm and answers with its counts."""
