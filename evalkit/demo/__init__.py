"""The demonstration: a workspace with synthetic deliveries, planted faults, a planted effect and its sealed truth."""
