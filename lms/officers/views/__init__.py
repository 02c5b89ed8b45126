"""What pages and files of an institution's desk show of a value."""
