"""Documents in other formats from a paper in Markdown: HTML, PDF, Word and PowerPoint."""
