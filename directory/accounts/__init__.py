"""WHO: agencies on the network, their people, roles, access, the audit, and the keys of sealed fields."""
