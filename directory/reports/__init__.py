"""COUNTS that leave the network: referral metrics, gap report; small cells suppressed in one place."""
