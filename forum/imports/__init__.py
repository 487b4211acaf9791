"""Communities that come from elsewhere: mailboxes, newsgroups, other forums."""
