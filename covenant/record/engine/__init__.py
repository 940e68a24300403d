"""What the record is made of: a tree over its entries, the tiles that hold it, the notes that sign it."""
