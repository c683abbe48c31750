"""A community resource directory and referral service for people in recovery."""
