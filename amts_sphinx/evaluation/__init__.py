"""What the house is worth: measured on real books, the formula beside each number."""
