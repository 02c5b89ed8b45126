"""Every reading of an institution's desk."""
