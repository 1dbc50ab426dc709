"""Whether the installation does its work, for machines that watch it."""
