"""What people see: views, templates, addresses."""
