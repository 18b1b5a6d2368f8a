"""What people and devices do: each reads, asks the rules, writes rows and events in one transaction."""
