"""Charts: a window of time, series read by bounded SQL, and how they are drawn, told as a table and taken as a file."""
