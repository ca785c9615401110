"""One question, one module, one function and one frozen result."""
