"""The plan: tiers, skills, queues, agents, access numbers, reasons, outcomes and sampling as one versioned document."""
