"""Readers: whether something is wrong now. Each takes its threshold and answers with signs; none writes."""
