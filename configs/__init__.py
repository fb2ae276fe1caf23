"""What changes without code: settings, the catalogue, law, agencies, lexicons."""
