"""What Facebook, Instagram and Threads share: Meta's exports, its results by day, and the Graph API."""
