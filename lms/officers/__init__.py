"""An institution's desk: bring people in, follow them, download their certificates, and count."""
