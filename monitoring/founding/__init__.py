"""From an empty system to the first message of a disclosed group, in the browser: the set-up of a new owner."""
