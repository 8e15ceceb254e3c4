-- Money that could not be placed can be given back.
ALTER TABLE payments DROP CONSTRAINT payments_status_check;
ALTER TABLE payments ADD CONSTRAINT payments_status_check CHECK (
    status IN (
        'created', 'open', 'processing', 'succeeded', 'failed', 'expired', 'cancelled',
        'attention', 'returned'
    )
);
