"""The linter's rules, grouped by what they look at: who is named, what a card must hold, how it is worded."""
