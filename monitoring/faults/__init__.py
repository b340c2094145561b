"""What went wrong in our own programs, so that nobody needs a shell to see it: grouped, masked, kept for 30 days.

`reading` makes a fault of a record of the log, `browser` of what a browser reports; `keeper` collects them in memory
beside the work and writes them now and then; `rows` writes and reads the groups.
"""
