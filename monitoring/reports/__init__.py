"""What a day and a week brought: counted once when it is over, kept as rows, read on a page, by e-mail and as CSV."""
