-- A licence's history is read newest first, and what is old is removed.
CREATE INDEX usage_events_of_license ON usage_events (license_id, at DESC, event_id DESC);
CREATE INDEX usage_events_age ON usage_events (at);
