"""What ties articles to one another: copies and stories. Articles in, explained links out; no database, no network."""
