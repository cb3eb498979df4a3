"""The epidemiologist's page: whom one case exposed."""
