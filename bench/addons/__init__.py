"""What measures the addons beside the first: a module each, called as the addon is."""
