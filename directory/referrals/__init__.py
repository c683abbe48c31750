"""WARM HANDOFFS: referrals from one agency to another, the consent they rest on, and what came of them."""
