"""What observations mean for a person: findings, severity, remedies, the report, languages."""
