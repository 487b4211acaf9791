"""HTTP of payments: their member's pages, and where providers call back."""
