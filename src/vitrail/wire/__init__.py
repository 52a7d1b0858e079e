"""Records become typed, versioned messages."""
