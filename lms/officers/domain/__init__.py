"""Values and rules of an institution's desk: pure."""
