-- When staff stopped a licence by hand. What they have stopped is let go on by nobody else: no
-- payment, renewal or return of its subscription does so.
ALTER TABLE licenses
    ADD COLUMN held_at timestamptz,
    ADD CONSTRAINT licenses_held_are_stopped CHECK (held_at IS NULL OR status <> 'active');
