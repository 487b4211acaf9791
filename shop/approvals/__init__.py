"""Two persons: what is above a limit is settled by one operator after another one agreed."""
