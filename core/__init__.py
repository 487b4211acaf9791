"""The ground floor: database, events, outbox, money, text, web helpers. Knows no room above it."""
