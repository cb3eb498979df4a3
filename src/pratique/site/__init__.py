"""Where everything is plugged together: settings, urls, commands."""
