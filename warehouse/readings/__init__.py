"""What is known of a post."""
