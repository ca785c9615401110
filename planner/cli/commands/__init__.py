"""One module a command; each has its Click command under the name `command`."""
