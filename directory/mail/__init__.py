"""Mail out of the house: put into the outbox with the change that it tells of, sent at least once."""
