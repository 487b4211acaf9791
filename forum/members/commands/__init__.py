"""What changes members: accounts, sessions, profiles. Each function is one transaction."""
