"""The page on which rules are changed: grouped, explained, with what a change would do."""
