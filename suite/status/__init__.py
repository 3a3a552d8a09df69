"""What a Pod's statuses say of its containers."""
