"""The public programming interface: published records as JSON, described by OpenAPI (`/api/v1/`)."""
