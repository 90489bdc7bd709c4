"""PostgreSQL + PostGIS as this application runs it for itself."""
