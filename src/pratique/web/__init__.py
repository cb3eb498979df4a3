"""Pages: a folder per desk, in the same words as the core. Views write only through services and read only
through store.queries; every view states in `permissions` who may see it."""
