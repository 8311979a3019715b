"""What is near what: units, places by what people call them, and what lies around them."""
