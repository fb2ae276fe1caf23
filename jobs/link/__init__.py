"""Who is who, who paid whom, who shipped to whom."""
