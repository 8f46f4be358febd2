"""What a header stands for and what a cell says: columns, values, coordinates, personal data."""
