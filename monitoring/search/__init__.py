"""What Ctrl-K finds: each module looks at one kind of thing and shows nobody what their role does not see."""
