"""Help inside the product: the guides of docs/guide, every reason code, every line of doctor."""
