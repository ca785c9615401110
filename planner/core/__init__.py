"""The pure core: text in, values out."""
