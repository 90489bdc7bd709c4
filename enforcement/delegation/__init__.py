"""Orders that let another person approve while the head is on leave."""
