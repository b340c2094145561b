"""Boards: pages of numbers and charts over a window of time. The page, its live pieces and its files read the same."""
