"""Every write of an institution's desk."""
