"""One reader a file format; each gives tables of text and refuses in one line what it cannot read."""
