"""The investigators' web application: it reads what was published, and keeps what people decide."""
