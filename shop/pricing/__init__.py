"""What things cost together: discounts, taxes and delivery of a cart, and each unit's share of them."""
